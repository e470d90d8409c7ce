import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 27;

/** What an id is for. Clerk's ids are `<prefix>_` and 27 characters of base 62, as in a KSUID. */
export type IdPrefix = 'user' | 'idn' | 'sess' | 'client' | 'msg' | 'dvb' | 'sia' | 'sua' | 'hsn';

/** A new random id, such as `user_2fQ…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${base62(randomBytes(LENGTH))}`;
}

/** Bytes as text of base 62, one character a byte: for ids, not for decoding. */
export function base62(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, LENGTH), (byte) => ALPHABET.charAt(byte % 62)).join('');
}
