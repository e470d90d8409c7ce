import { readEnvironment } from '../environment.js';
import type { CommandContext } from './command.js';

/** The outside as this process has it. SIGINT and SIGTERM stop a command; a second one kills. */
export function processContext(): CommandContext {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return {
    environment: readEnvironment(),
    print: (line) => process.stdout.write(`${line}\n`),
    report: (line) => process.stderr.write(`${line}\n`),
    stop: stop.signal,
  };
}
