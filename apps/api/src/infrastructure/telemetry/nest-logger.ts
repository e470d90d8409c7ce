import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Writes Nest's own messages to the process's log; those about modules and routes at `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, text(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, text(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    const err = message instanceof Error ? message : undefined;
    this.logger.error({ err, context: details.at(-1) }, text(message));
  }

  fatal(message: unknown): void {
    this.logger.fatal(text(message));
  }

  debug(message: unknown): void {
    this.logger.trace(text(message));
  }

  verbose(message: unknown): void {
    this.logger.trace(text(message));
  }
}

function text(message: unknown): string {
  if (message instanceof Error) return message.name;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
