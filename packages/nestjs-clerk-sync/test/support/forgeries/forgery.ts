import type { Forge } from './forge.js';

/** The codes with which a token may be refused. */
export type RefusalCode =
  'token_expired' | 'token_not_active' | 'token_invalid' | 'session_pending';

/** A token that must be refused. */
export interface Forgery {
  /** The defect: “refuses …”. */
  readonly name: string;
  readonly code: RefusalCode;
  readonly make: (forge: Forge) => string | Promise<string>;
  /**
   * The expected result over HTTP: `never` if no client can send it, or if it depends on the
   * running clock; otherwise the status and code of the server's own refusal.
   */
  readonly http?: 'never' | { readonly status: number; readonly code: 'validation_failed' };
}

type Make = Forgery['make'];
type Named = readonly [name: string, make: Make];

/** Forgeries that are all refused as `token_invalid`. */
export function invalid(...forgeries: readonly Named[]): Forgery[] {
  return forgeries.map(([name, make]) => ({ name, code: 'token_invalid', make }));
}

/** The same for tokens that no HTTP client can send. */
export function unsendable(...forgeries: readonly Named[]): Forgery[] {
  return invalid(...forgeries).map((forgery) => ({ ...forgery, http: 'never' }));
}

/** Values that replace a valid one, with a label for each. */
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

/** Values that are not text. */
export const noText = [
  ['null', null],
  ['a number', 7],
  ['true', true],
  ['an empty list', []],
  ['an empty object', {}],
] as const;

/** Table rows with name and code, for the test's name. */
export function rows(
  forgeries: readonly Forgery[],
): (readonly [name: string, code: RefusalCode, forgery: Forgery])[] {
  return forgeries.map((forgery) => [forgery.name, forgery.code, forgery]);
}
