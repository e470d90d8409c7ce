import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { invalidParameter } from '../shared/clerk-api-error.js';

export const minPasswordLength = 8;
export const maxPasswordLength = 72;
const keyBytes = 32;
/** Weaker than OWASP recommends: its parameters take 100 ms per sign-in, too slow for tests. */
const cost: ScryptOptions = { N: 2 ** 14, r: 8, p: 1 };

/**
 * Checks Clerk's default password rules: 8 to 72 characters.
 *
 * @param paramName the parameter that the error names
 * @throws {ClerkApiError} 422 `form_password_length_too_short` or `form_password_length_too_long`
 */
export function checkPasswordRules(password: string, paramName = 'password'): void {
  if (password.length < minPasswordLength) {
    const message = `Passwords must be ${minPasswordLength} characters or more.`;
    throw invalidParameter(paramName, 'form_password_length_too_short', message);
  }
  if (password.length > maxPasswordLength) {
    const message = `Passwords must be less than ${maxPasswordLength + 1} characters.`;
    throw invalidParameter(paramName, 'form_password_length_too_long', message);
  }
}

/** The fields of a user record that a new password changes. */
export interface PasswordFields {
  readonly passwordHash?: string;
  readonly passwordUpdatedAt?: number;
}

/**
 * Checks and hashes the password of a request, if it has one.
 *
 * @param fields the parsed parameters; `skip_password_checks` skips the rules
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

/** Hashes a password with scrypt (RFC 7914). Returns `<salt>:<key>`, both in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `${salt.toString('base64')}:${key.toString('base64')}`;
}

/** Checks a password against its hash. The comparison takes constant time. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [salt = '', key = ''] = hash.split(':');
  const expected = Buffer.from(key, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, cost, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
