import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 27;

/** The kind of an id. Clerk's ids are `<prefix>_` and 27 characters of base 62, as in a KSUID. */
export type IdPrefix = 'user' | 'idn' | 'sess' | 'client' | 'msg' | 'dvb' | 'sia' | 'sua' | 'hsn';

/** Creates a random id, such as `user_2fQ…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base62(randomBytes(idLength))}`;
}

/** Maps each byte to one base 62 character. The mapping is lossy: it makes ids, not encodings. */
export function base62(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, idLength), (byte) => alphabet.charAt(byte % 62)).join('');
}
