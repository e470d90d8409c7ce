import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepSeconds = 30;
const digits = 6;
/** How many steps a clock may be off. */
const tolerance = 1;

/** Creates the secret of an authenticator app, in base32. */
export function newTotpSecret(): string {
  return Array.from(randomBytes(32), (byte) => alphabet.charAt(byte % 32)).join('');
}

/**
 * Returns the code of an authenticator app (RFC 6238 with SHA-1, 6 digits and 30 seconds).
 *
 * @param secret in base32
 * @param now milliseconds since the epoch
 */
export function totpCode(secret: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 1000 / stepSeconds)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) % 16;
  const number = digest.readUInt32BE(offset) % 2 ** 31;
  return (number % 10 ** digits).toString().padStart(digits, '0');
}

/** Checks a code. Also accepts the code of the step before and after. */
export function verifyTotp(secret: string, code: string, now: number): boolean {
  const steps = Array.from({ length: 2 * tolerance + 1 }, (_all, index) => index - tolerance);
  return steps.some((step) => {
    const expected = Buffer.from(totpCode(secret, now + step * stepSeconds * 1000));
    const actual = Buffer.from(code);
    return expected.length === actual.length && timingSafeEqual(expected, actual);
  });
}

/** Returns the URI that authenticator apps read from a QR code. */
export function totpUri(secret: string, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer }).toString()}`;
}

function fromBase32(text: string): Buffer {
  let bits = '';
  for (const character of text.toUpperCase().replace(/[\s=]/g, '')) {
    bits += Math.max(0, alphabet.indexOf(character)).toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
