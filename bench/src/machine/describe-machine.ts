import { cpus } from 'node:os';
import { memoryLatencyNanoseconds } from './memory-latency.js';
import { canPin } from './pinning.js';

/** @returns the properties of the machine that affect the figures */
export function describeMachine(): string {
  // All cores, not only those that this process may use.
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'an unknown CPU';
  const pinning = canPin ? '' : ', processes not pinned to cores';
  const latency = `${memoryLatencyNanoseconds().toFixed(0)} ns per random read of memory`;
  return `${processors.length} cores of ${model}, ${latency}, Node.js ${process.version}${pinning}`;
}
