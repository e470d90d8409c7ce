/** Longest Clerk id that is accepted; Clerk's own have 32 characters. An index entry must hold it. */
const maxLength = 255;

/** Printable ASCII: Clerk's ids are `user_` and letters and digits; nothing else is worth a place in an index or a URL. */
const pattern = /^[\x21-\x7e]+$/;

/** @returns whether the text can be a Clerk id: 1 to 255 printable ASCII characters */
export function isClerkId(text: string): boolean {
  return text.length <= maxLength && pattern.test(text);
}
