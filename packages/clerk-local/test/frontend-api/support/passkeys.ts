import { expect } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { SoftwareAuthenticator } from '../../support/software-authenticator.js';
import { aSignedInBrowser, BrowserClient, pageOrigin } from './browser-client.js';

/** A passkey that the browser has not created yet. */
export const pendingPasskey = z.object({
  response: z.object({ id: z.string(), verification: z.object({ nonce: z.string() }) }),
});
/** A sign-in that waits for a passkey. */
export const askedToSign = z.object({
  response: z.object({
    id: z.string(),
    first_factor_verification: z.object({ nonce: z.string() }),
  }),
});

/** Registers a passkey of a signed-in user. */
export async function registered(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; authenticator: SoftwareAuthenticator; id: string }> {
  const { browser } = await aSignedInBrowser(clerk);
  const authenticator = new SoftwareAuthenticator(pageOrigin);
  const { response } = pendingPasskey.parse((await browser.call('POST /v1/me/passkeys', {})).body);
  const { status } = await browser.call(
    `POST /v1/me/passkeys/${response.id}/attempt_verification`,
    { public_key_credential: authenticator.create(response.verification.nonce) },
  );
  expect(status).toBe(200);
  return { browser, authenticator, id: response.id };
}

/** Starts a sign-in with a passkey, in another browser. */
export async function startSignIn(
  clerk: ClerkLocal,
): Promise<{ other: BrowserClient; nonce: string; attempt: string }> {
  const other = await BrowserClient.register(clerk);
  const { body } = await other.call('POST /v1/client/sign_ins', { strategy: 'passkey' });
  const { id, first_factor_verification } = askedToSign.parse(body).response;
  const attempt = `POST /v1/client/sign_ins/${id}/attempt_first_factor`;
  return { other, nonce: first_factor_verification.nonce, attempt };
}
