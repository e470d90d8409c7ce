import { describe, expect, it } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  CODE,
  errorOf,
} from './support/browser-client.js';

const identifier = 'ada@example.com';

describe('a sign-in', () => {
  it('by password is complete at once', async () => {
    const clerk = await aClerkLocal();
    const browser = await aSignedOutBrowser(clerk);

    const { body } = await browser.call('POST /v1/client/sign_ins', {
      identifier: 'ADA@example.com',
      password: ada.password,
    });

    expect(body).toMatchObject({
      response: {
        status: 'complete',
        first_factor_verification: { status: 'verified', strategy: 'password' },
      },
      client: { sign_in: null, sessions: [{ status: 'active', user: { first_name: 'Ada' } }] },
    });
    const [user] = await clerk.users.list();
    expect(user?.last_sign_in_at).not.toBeNull();
  });

  it('is no change of the profile', async () => {
    const clerk = await aClerkLocal();
    const { id, updated_at } = await clerk.users.create(ada);
    await (await BrowserClient.arrive(clerk)).signIn();
    expect(await clerk.users.get(id)).toMatchObject({ updated_at });
  });

  it('that begins with the address names the ways to go on', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { body } = await browser.call('POST /v1/client/sign_ins', { identifier });
    expect(body).toMatchObject({
      response: {
        status: 'needs_first_factor',
        identifier,
        supported_first_factors: [
          { strategy: 'password' },
          { strategy: 'email_code', safe_identifier: identifier, primary: true },
        ],
        first_factor_verification: null,
        user_data: { first_name: 'Ada' },
      },
    });
  });

  it('goes on by password', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const { body } = await browser.call(`POST ${path}/attempt_first_factor`, {
      strategy: 'password',
      password: ada.password,
    });
    expect(body).toMatchObject({ response: { status: 'complete' } });
  });

  it('goes on by a code, which is logged without the address', async () => {
    const lines: string[] = [];
    const browser = await aSignedOutBrowser(await aClerkLocal({ log: (line) => lines.push(line) }));
    const path = await browser.startSignIn();

    const prepared = await browser.call(`POST ${path}/prepare_first_factor`, {
      strategy: 'email_code',
    });
    expect(prepared.body).toMatchObject({
      response: { first_factor_verification: { status: 'unverified', strategy: 'email_code' } },
    });
    expect(lines).toContain(`code for the sign-in: ${CODE}`);
    const { body } = await browser.call(`POST ${path}/attempt_first_factor`, {
      strategy: 'email_code',
      code: CODE,
    });
    expect(body).toMatchObject({ response: { status: 'complete' } });
    expect(lines.join('\n')).not.toContain(identifier);
  });

  it('can be got again, by its own browser only', async () => {
    const clerk = await aClerkLocal();
    const browser = await aSignedOutBrowser(clerk);
    const path = await browser.startSignIn();
    expect((await browser.call(`GET ${path}`)).body).toMatchObject({ response: { identifier } });
    const other = await BrowserClient.arrive(clerk);
    expect((await other.call(`GET ${path}`)).status).toBe(404);
  });

  it.each([
    [{ strategy: 'password', password: 'wrong-password' }, 'form_password_incorrect', 'password'],
    [{ strategy: 'password' }, 'form_password_incorrect', 'password'],
    [{ strategy: 'email_code', code: CODE }, 'verification_missing', 'code'],
  ])('with %o is refused, naming the field', async (fields, errorCode, paramName) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const { status, body } = await browser.call(`POST ${path}/attempt_first_factor`, fields);
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(errorCode, paramName));
  });

  it('with a wrong code is refused, naming the field', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const strategy = 'email_code';
    await browser.call(`POST ${path}/prepare_first_factor`, { strategy });
    const { status, body } = await browser.call(`POST ${path}/attempt_first_factor`, {
      strategy,
      code: '000000',
    });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf('form_code_incorrect', 'code'));
  });

  it('goes on after a wrong password', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const first = { identifier, password: 'wrong-password' };
    expect((await browser.call('POST /v1/client/sign_ins', first)).status).toBe(422);
    const { body } = await browser.call('GET /v1/client');
    expect(body).toMatchObject({ response: { sign_in: { status: 'needs_first_factor' } } });
  });

  it('is refused for an account that is not there, and for an address that is not proved', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    await browser.make('POST /v1/me/email_addresses', { email_address: 'countess@example.com' });
    for (const unknown of ['nobody@example.com', 'countess@example.com']) {
      const other = await BrowserClient.arrive(clerk);
      const answer = await other.call('POST /v1/client/sign_ins', { identifier: unknown });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject(errorOf('form_identifier_not_found', 'identifier'));
    }
  });

  it('names a strategy that is not emulated', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    for (const call of ['prepare_first_factor', 'attempt_first_factor']) {
      const { status, body } = await browser.call(`POST ${path}/${call}`, { strategy: 'passkey' });
      expect(status).toBe(404);
      expect(body).toMatchObject(errorOf('not_emulated'));
      expect(JSON.stringify(body)).toContain('passkey');
    }
  });

  it.each([
    { strategy: 'oauth_google' },
    { strategy: 'oauth_google', redirect_url: 'http://localhost:3000/sso', oidc_prompt: 'login' },
    { strategy: 'oauth_custom_acme', identifier },
    { strategy: 'saml', identifier: 'nobody@example.com' },
    { strategy: 'enterprise_sso', enterprise_connection_id: 'ent_1' },
    { strategy: 'google_one_tap', token: 'google' },
  ])('by a provider is refused with the strategy named: %j', async (fields) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ins', { ...fields });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf('form_param_value_invalid', 'strategy'));
    expect(JSON.stringify(body)).toContain(fields.strategy);
  });

  it.each(['passkey', 'phone_code', 'nonsense'])(
    'by %s is not emulated, with or without an identifier',
    async (strategy) => {
      const browser = await aSignedOutBrowser(await aClerkLocal());
      for (const fields of [{ strategy }, { strategy, identifier }]) {
        const { status, body } = await browser.call('POST /v1/client/sign_ins', { ...fields });
        expect(status).toBe(404);
        expect(body).toMatchObject(errorOf('not_emulated'));
      }
    },
  );

  it('refuses a provider as a first factor, too', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    for (const call of ['prepare_first_factor', 'attempt_first_factor']) {
      const { status, body } = await browser.call(`POST ${path}/${call}`, {
        strategy: 'oauth_google',
      });
      expect(status).toBe(422);
      expect(body).toMatchObject(errorOf('form_param_value_invalid', 'strategy'));
    }
  });

  it('is not for somebody who is signed in', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ins', { identifier });
    expect(status).toBe(400);
    expect(body).toMatchObject(errorOf('session_exists'));
  });
});
