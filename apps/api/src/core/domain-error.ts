/** An error that the core throws on purpose. `code` is stable; `message` is for operators and may be shown to clients: it never holds tokens, SQL or personal data. */
export abstract class DomainError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
