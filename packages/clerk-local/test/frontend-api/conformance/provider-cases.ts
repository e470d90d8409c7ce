import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { aSignedInBrowser, BrowserClient, pageOrigin } from '../support/browser-client.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const strategy = 'oauth_google';
const redirect_url = `${pageOrigin}/sso-callback`;
const enable = [strategy] as const;

const connected = z.object({
  response: z.object({
    id: z.string(),
    verification: z.object({ external_verification_redirect_url: z.string() }),
  }),
});

/** Chooses an identity on the provider's page, and returns to the application. */
export async function choose(clerk: ClerkLocal, url: string, email: string): Promise<void> {
  const state = new URL(url).searchParams.get('state') ?? '';
  const body = new URLSearchParams({ state, email, first_name: 'Ada', last_name: 'Lovelace' });
  await fetch(new URL('/v1/simulated_provider', clerk.url), {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  await fetch(new URL(`/v1/oauth_callback?state=${state}`, clerk.url), { redirect: 'manual' });
}

/** Signs a user up and in, and connects an account at a simulated provider. */
export async function withAccount(
  clerk: ClerkLocal,
): Promise<{ readonly browser: BrowserClient; readonly path: string }> {
  const { browser } = await aSignedInBrowser(clerk);
  const form = { strategy, redirect_url };
  const answer = await browser.call('POST /v1/me/external_accounts', form);
  const { response } = connected.parse(answer.body);
  await choose(clerk, response.verification.external_verification_redirect_url, 'ada@gmail.com');
  return { browser, path: `/v1/me/external_accounts/${response.id}` };
}

function account(action: string, form?: FrontendCall['form']): FrontendCase['arrange'] {
  return async (clerk) => {
    const { browser, path } = await withAccount(clerk);
    return { browser, path: `${path}${action}`, ...(form && { form }) };
  };
}

const accountPath = '/me/external_accounts/{external_account_id}';

/** Sign-in, sign-up and accounts at a simulated provider. */
export const providerCases: readonly FrontendCase[] = [
  { route: 'GET /v1/environment', status: 200, enable, arrange: unregistered },
  {
    route: 'POST /v1/client/sign_ins',
    status: 200,
    enable,
    arrange: async (clerk) => ({
      browser: await BrowserClient.register(clerk),
      form: { strategy, redirect_url },
    }),
  },
  {
    route: 'POST /v1/client/sign_ups',
    status: 200,
    enable,
    arrange: async (clerk) => ({
      browser: await BrowserClient.register(clerk),
      form: { strategy, redirect_url },
    }),
  },
  {
    route: 'POST /v1/client/sign_ins',
    status: 422,
    enable,
    arrange: async (clerk) => ({
      browser: await BrowserClient.register(clerk),
      form: { strategy, redirect_url: 'https://evil.example/' },
    }),
  },
  {
    route: 'POST /v1/me/external_accounts',
    status: 200,
    enable,
    arrange: async (clerk) => ({
      browser: (await aSignedInBrowser(clerk)).browser,
      form: { strategy, redirect_url },
    }),
  },
  {
    route: 'GET /v1/me',
    status: 200,
    enable,
    arrange: async (clerk) => ({ browser: (await withAccount(clerk)).browser }),
  },
  {
    route: 'PATCH /v1/me/external_accounts/:id/reauthorize',
    published: `${accountPath}/reauthorize`,
    status: 200,
    enable,
    arrange: account('/reauthorize', { redirect_url }),
  },
  {
    route: 'DELETE /v1/me/external_accounts/:id',
    published: accountPath,
    status: 200,
    enable,
    arrange: account(''),
  },
  {
    route: 'DELETE /v1/me/external_accounts/:id/tokens',
    published: `${accountPath}/tokens`,
    status: 200,
    enable,
    arrange: account('/tokens'),
  },
];

function unregistered(clerk: ClerkLocal): Promise<FrontendCall> {
  return Promise.resolve({ browser: new BrowserClient(clerk, undefined) });
}
