import type { InfrastructureLog } from '../../src/core/log.js';

/** Records the log messages of adapters for tests. */
export class RecordedLog implements InfrastructureLog {
  readonly entries: { level: 'info' | 'warn' | 'error'; message: string; cause?: unknown }[] = [];

  info(message: string): void {
    this.entries.push({ level: 'info', message });
  }

  warn(message: string, cause?: unknown): void {
    this.entries.push({ level: 'warn', message, cause });
  }

  error(message: string, cause?: unknown): void {
    this.entries.push({ level: 'error', message, cause });
  }
}
