import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { invalidParameter } from '../shared/clerk-api-error.js';

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 72;
const KEY_BYTES = 32;
/** OWASP's parameters would take 100 ms a sign-in; these are for a development machine's tests. */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1 };

/**
 * Clerk's default password rules: 8 to 72 characters.
 *
 * @param paramName the parameter that it came in, for the refusal
 * @throws {ClerkApiError} 422
 */
export function checkPasswordRules(password: string, paramName = 'password'): void {
  if (password.length < MIN_PASSWORD_LENGTH) {
    const message = `Passwords must be ${MIN_PASSWORD_LENGTH} characters or more.`;
    throw invalidParameter(paramName, 'form_password_length_too_short', message);
  }
  if (password.length > MAX_PASSWORD_LENGTH) {
    const message = `Passwords must be less than ${MAX_PASSWORD_LENGTH + 1} characters.`;
    throw invalidParameter(paramName, 'form_password_length_too_long', message);
  }
}

/** The part of a user's record that a password changes. */
export interface PasswordFields {
  readonly passwordHash?: string;
  readonly passwordUpdatedAt?: number;
}

/**
 * @param fields a request's password, if it has one, and whether to leave out the rules
 * @param now milliseconds since the epoch
 * @throws {ClerkApiError} 422
 */
export async function passwordFields(
  fields: {
    readonly password?: string | null | undefined;
    readonly skip_password_checks?: boolean | null | undefined;
  },
  now: number,
): Promise<PasswordFields> {
  if (fields.password === undefined || fields.password === null) return {};
  if (fields.skip_password_checks !== true) checkPasswordRules(fields.password);
  return { passwordHash: await hashPassword(fields.password), passwordUpdatedAt: now };
}

/** @returns `<salt>:<key>` in base64, by scrypt (RFC 7914) */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `${salt.toString('base64')}:${key.toString('base64')}`;
}

/** Compares in constant time. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split(':');
  const expected = Buffer.from(key, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, cost, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
