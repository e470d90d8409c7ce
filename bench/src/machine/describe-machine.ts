import { availableParallelism, cpus } from 'node:os';
import { canPin } from './pinning.js';

/** @returns what figures depend on, for whoever compares them */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const cores = canPin ? '' : ', processes not kept on cores of their own';
  return `${availableParallelism()} cores of ${model}, Node.js ${process.version}${cores}`;
}
