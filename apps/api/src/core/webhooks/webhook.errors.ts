import { DomainError } from '../domain-error.js';

/** A webhook that redelivery cannot mend. */
export class WebhookInvalidError extends DomainError<'webhook_invalid'> {
  readonly code = 'webhook_invalid';
}
