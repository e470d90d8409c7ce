import type { Forge } from './forge.js';

/** The codes that a token may be refused with. */
export type RefusalCode =
  'token_expired' | 'token_not_active' | 'token_invalid' | 'session_pending';

/** A token that must not be believed. */
export interface Forgery {
  /** What is wrong with it: “refuses …”. */
  readonly name: string;
  readonly code: RefusalCode;
  readonly make: (forge: Forge) => string | Promise<string>;
  /**
   * Where HTTP comes into it: `never` for what no client can send, or what the running clock would
   * change; otherwise the status and code of the server's own refusal.
   */
  readonly http?: 'never' | { readonly status: number; readonly code: 'validation_failed' };
}

type Make = Forgery['make'];
type Named = readonly [name: string, make: Make];

/** Forgeries that are all refused as `token_invalid`. */
export function invalid(...forgeries: readonly Named[]): Forgery[] {
  return forgeries.map(([name, make]) => ({ name, code: 'token_invalid', make }));
}

/** The same, of what no HTTP client can send. */
export function unsendable(...forgeries: readonly Named[]): Forgery[] {
  return invalid(...forgeries).map((forgery) => ({ ...forgery, http: 'never' }));
}

/** Values in place of a right one, with a word for each. */
export function values(
  of: string,
  words: readonly (readonly [word: string, value: unknown])[],
  make: (forge: Forge, value: unknown) => Promise<string>,
): Forgery[] {
  return words.map(([word, value]) => ({
    name: `${of} ${word}`,
    code: 'token_invalid',
    make: (forge) => make(forge, value),
  }));
}

/** What is no text. */
export const noText = [
  ['null', null],
  ['a number', 7],
  ['true', true],
  ['an empty list', []],
  ['an empty object', {}],
] as const;

/** As a table's rows: name and code for the test's own name. */
export function rows(
  forgeries: readonly Forgery[],
): (readonly [name: string, code: RefusalCode, forgery: Forgery])[] {
  return forgeries.map((forgery) => [forgery.name, forgery.code, forgery]);
}
