import { startClerkLocal, type ClerkLocal } from '@populatte/clerk-local';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSessionToken } from '../../src/cli/session-token.js';
import { freePort } from '@populatte/process-kit';
import { z } from 'zod';

const email = 'ada@example.com';
const origin = 'http://localhost:3000';
let clerk: ClerkLocal;

beforeAll(async () => {
  clerk = await startClerkLocal();
  await clerk.users.ensure({ email, password: 'analytical-engine-1843' });
});

afterAll(() => clerk.close());

test('a token belongs to the named user and has the origin that the API accepts', async () => {
  const [user] = await clerk.users.list({ email_address: [email] });
  const token = await newSessionToken({ ...access(), origin, email });
  expect(claimsOf(token)).toMatchObject({ sub: user?.id, azp: origin, iss: clerk.issuer });
});

test('an error names the missing user', async () => {
  await expect(
    newSessionToken({ ...access(), origin, email: 'missing@example.com' }),
  ).rejects.toThrow('no user with the email address missing@example.com');
});

test('distinguishes a local Clerk that does not answer from one that refuses', async () => {
  const apiUrl = `http://127.0.0.1:${await freePort()}`;
  await expect(newSessionToken({ ...access(), apiUrl, origin, email })).rejects.toThrow(
    'Is the stack running? Start it with: npm start',
  );
  await expect(
    newSessionToken({ ...access(), secretKey: 'sk_test_of_another', origin, email }),
  ).rejects.toThrow('refused GET /v1/users with status 401');
});

function access(): { apiUrl: string; secretKey: string } {
  return { apiUrl: clerk.url, secretKey: clerk.secretKey };
}

function claimsOf(token: string): Record<string, unknown> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return z.record(z.string(), z.unknown()).parse(JSON.parse(payload));
}
