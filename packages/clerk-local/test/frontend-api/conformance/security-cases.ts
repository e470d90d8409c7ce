import { z } from 'zod';
import { totpCode } from '../../../src/domain/users/totp.js';
import type { ClerkLocal } from '../../../src/index.js';
import { anImage, create } from '../../backend-api/conformance/setup.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  testCode,
  type Form,
} from '../support/browser-client.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const secret = 'JBSWY3DPEHPK3PXP';
const secretSchema = z.object({ response: z.object({ secret: z.string() }) });

/** Describes a call below `/v1/me`. */
function mine(route: string, form?: Form | FormData): FrontendCase {
  return {
    route,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      return form === undefined ? { browser } : { browser, form };
    },
  };
}

async function enabledTotp(clerk: ClerkLocal): Promise<{ browser: BrowserClient; form: Form }> {
  const { browser } = await aSignedInBrowser(clerk);
  const { body } = await browser.call('POST /v1/me/totp', {});
  const code = totpCode(secretSchema.parse(body).response.secret, Date.now());
  return { browser, form: { code } };
}

async function resetPath(browser: BrowserClient): Promise<string> {
  const path = await browser.startSignIn();
  const strategy = 'reset_password_email_code';
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy });
  await browser.call(`POST ${path}/attempt_first_factor`, { strategy, code: testCode });
  return `${path}/reset_password`;
}

const signInPath = '/client/sign_ins/{sign_in_id}';

/** Second factors, password reset, pictures and the waitlist. */
export const securityCases: readonly FrontendCase[] = [
  mine('POST /v1/me/totp', {}),
  {
    route: 'POST /v1/me/totp/attempt_verification',
    status: 200,
    arrange: enabledTotp,
  },
  {
    route: 'DELETE /v1/me/totp',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, form } = await enabledTotp(clerk);
      await browser.call('POST /v1/me/totp/attempt_verification', form);
      return { browser };
    },
  },
  mine('POST /v1/me/backup_codes', {}),
  mine('POST /v1/me/profile_image', anImage()),
  mine('DELETE /v1/me/profile_image'),
  mine('POST /v1/me/remove_password', { current_password: ada.password }),
  {
    route: 'POST /v1/client/sign_ins/:id/reset_password',
    published: `${signInPath}/reset_password`,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const browser = await aSignedOutBrowser(clerk);
      return { browser, path: await resetPath(browser), form: { password: 'another horse' } };
    },
  },
  {
    route: 'POST /v1/client/sign_ins/:id/attempt_second_factor',
    published: `${signInPath}/attempt_second_factor`,
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      await create(clerk, '/v1/users', { ...ada, totp_secret: secret });
      const browser = await BrowserClient.register(clerk);
      const path = await browser.startSignIn();
      const { password } = ada;
      await browser.call(`POST ${path}/attempt_first_factor`, { strategy: 'password', password });
      const form = { strategy: 'totp', code: totpCode(secret, Date.now()) };
      return { browser, path: `${path}/attempt_second_factor`, form };
    },
  },
  {
    route: 'POST /v1/waitlist',
    status: 200,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: await BrowserClient.register(clerk),
      form: { email_address: 'ada@example.com' },
    }),
  },
];
