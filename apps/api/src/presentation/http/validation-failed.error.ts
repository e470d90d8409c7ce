import type { ValidationIssue } from '@populatte/contracts';

/** The request’s parameters, query or body are not what the contract says. */
export class ValidationFailedError extends Error {
  /** @param issues what is wrong and where; shown to the client, so without the values */
  constructor(
    message: string,
    readonly issues: readonly ValidationIssue[] = [],
  ) {
    super(message);
    this.name = 'ValidationFailedError';
  }
}
