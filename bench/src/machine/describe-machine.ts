import { cpus } from 'node:os';
import { canPin } from './pinning.js';

/** @returns the machine's cores and the Node version */
export function describeMachine(): string {
  // All cores, not only those that this process may use.
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'an unknown CPU';
  const pinning = canPin ? '' : ', processes not pinned to cores';
  return `${processors.length} cores of ${model}, Node.js ${process.version}${pinning}`;
}
