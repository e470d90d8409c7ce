/**
 * An error that the application throws on purpose. `code` is stable. Clients may see `message`, so it
 * never contains tokens, SQL or personal data.
 */
export abstract class DomainError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
