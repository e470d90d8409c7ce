/** NUL, which PostgreSQL's text cannot hold, and surrogates without their other half, which UTF-8 cannot. */
// eslint-disable-next-line no-control-regex -- NUL is the very character to remove
const unstorable = /\u0000|\p{Surrogate}/gu;

/**
 * Makes text from outside storable and bounded.
 *
 * @param text anything a person or Clerk may have written
 * @param maxLength in UTF-16 code units; a surrogate pair is never cut in two
 * @returns the text without NUL and lone surrogates, trimmed; null where nothing remains, so that
 *   an empty claim and an absent name are the same
 */
export function normalizeText(text: string | null, maxLength: number): string | null {
  if (text === null) return null;
  const storable = text.replace(unstorable, '').trim();
  const bounded = storable.slice(0, maxLength).replace(unstorable, '').trimEnd();
  return bounded === '' ? null : bounded;
}
