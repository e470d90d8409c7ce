import type { ClerkLocal } from '../../../src/index.js';
import { SoftwareAuthenticator } from '../../support/software-authenticator.js';
import { aSignedInBrowser, pageOrigin } from '../support/browser-client.js';
import { pendingPasskey, registered, startSignIn } from '../support/passkeys.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const published = '/me/passkeys/{passkey_id}';
const enable = ['passkey'] as const;

/** Describes a call on a registered passkey. */
function ofOne(method: string, form?: FrontendCall['form']): FrontendCase {
  return {
    route: `${method} /v1/me/passkeys/:id`,
    published,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, id } = await registered(clerk);
      return { browser, path: `/v1/me/passkeys/${id}`, ...(form && { form }) };
    },
  };
}

/** Registration of passkeys, and sign-in with them. */
export const passkeyCases: readonly FrontendCase[] = [
  {
    route: 'POST /v1/me/passkeys',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      return { browser, form: {} };
    },
  },
  ofOne('GET'),
  ofOne('PATCH', { name: 'Laptop' }),
  ofOne('DELETE'),
  {
    route: 'POST /v1/me/passkeys/:id/attempt_verification',
    published: `${published}/attempt_verification`,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      const { body } = await browser.call('POST /v1/me/passkeys', {});
      const { id, verification } = pendingPasskey.parse(body).response;
      const credential = new SoftwareAuthenticator(pageOrigin).create(verification.nonce);
      const path = `/v1/me/passkeys/${id}/attempt_verification`;
      return { browser, path, form: { public_key_credential: credential } };
    },
  },
  {
    route: 'POST /v1/client/sign_ins/:id/attempt_first_factor',
    published: '/client/sign_ins/{sign_in_id}/attempt_first_factor',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { authenticator } = await registered(clerk);
      const { other, nonce, attempt } = await startSignIn(clerk);
      const credential = authenticator.get(nonce);
      const form = { strategy: 'passkey', public_key_credential: credential };
      return { browser: other, path: attempt.replace(/^POST /, ''), form };
    },
  },
  {
    route: 'GET /v1/environment',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: (await aSignedInBrowser(clerk)).browser,
    }),
  },
];
