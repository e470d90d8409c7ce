/**
 * The target of a forgery. Each test that sees one refused records it, and the reporter counts the
 * records.
 */
export type Tried =
  | 'a header at its parser'
  | 'a token at ClerkService'
  | 'a token or header over HTTP'
  | 'a webhook at its verifier'
  | 'a webhook over HTTP';

declare module 'vitest' {
  interface TaskMeta {
    forgery?: Tried;
  }
}
