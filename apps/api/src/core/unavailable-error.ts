import { DomainError } from './domain-error.js';

/** A dependency cannot answer now. Never a reason to sign anybody out. */
export abstract class UnavailableError<Code extends string = string> extends DomainError<Code> {
  /** @param retryAfterSeconds when to ask again: whole seconds, at least 1 */
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
