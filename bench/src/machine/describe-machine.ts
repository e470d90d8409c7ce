import { cpus } from 'node:os';
import { canPin } from './pinning.js';

/** @returns the properties of the machine that figures depend on */
export function describeMachine(): string {
  // All of them, also those that this process keeps off.
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'an unknown processor';
  const pinning = canPin ? '' : ', processes not kept on cores of their own';
  return `${processors.length} cores of ${model}, Node.js ${process.version}${pinning}`;
}
