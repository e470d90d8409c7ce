import { Logger } from '@nestjs/common';
import { InfrastructureLog } from './core/log.js';

/**
 * Logs through Nest's logger. It shows only a cause's name and code, because messages may contain
 * personal data.
 */
export class NestLog extends InfrastructureLog {
  private readonly logger = new Logger('ClerkSync');

  override info(message: string): void {
    this.logger.log(message);
  }

  override warn(message: string, cause?: unknown): void {
    this.logger.warn(withCause(message, cause));
  }

  override error(message: string, cause?: unknown): void {
    this.logger.error(withCause(message, cause));
  }
}

function withCause(message: string, cause: unknown): string {
  if (!(cause instanceof Error)) return message;
  const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : '';
  return `${message} (${cause.name}${code})`;
}
