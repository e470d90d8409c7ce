/** What a forgery was tried at; each test that saw one refused says so, and the reporter counts. */
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
