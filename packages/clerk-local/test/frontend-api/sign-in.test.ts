import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import {
  ada,
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  testCode,
  errorOf,
} from './support/browser-client.js';

const identifier = 'ada@example.com';

describe('a sign-in', () => {
  test('completes at once with a password', async () => {
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

  test('does not change updated_at of the user', async () => {
    const clerk = await aClerkLocal();
    const { id, updated_at } = await clerk.users.create(ada);
    await (await BrowserClient.register(clerk)).signIn();
    expect(await clerk.users.get(id)).toMatchObject({ updated_at });
  });

  test('lists the first factors after the identifier', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { body } = await browser.call('POST /v1/client/sign_ins', { identifier });
    expect(body).toMatchObject({
      response: {
        status: 'needs_first_factor',
        identifier,
        supported_first_factors: [
          { strategy: 'password' },
          { strategy: 'email_code', safe_identifier: identifier, primary: true },
          { strategy: 'reset_password_email_code', safe_identifier: identifier },
        ],
        first_factor_verification: null,
        user_data: { first_name: 'Ada' },
      },
    });
  });

  test('completes with a password in a second step', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const { body } = await browser.call(`POST ${path}/attempt_first_factor`, {
      strategy: 'password',
      password: ada.password,
    });
    expect(body).toMatchObject({ response: { status: 'complete' } });
  });

  test('completes with a code, which is logged without the address', async () => {
    const lines: string[] = [];
    const browser = await aSignedOutBrowser(await aClerkLocal({ log: (line) => lines.push(line) }));
    const path = await browser.startSignIn();

    const prepared = await browser.call(`POST ${path}/prepare_first_factor`, {
      strategy: 'email_code',
    });
    expect(prepared.body).toMatchObject({
      response: { first_factor_verification: { status: 'unverified', strategy: 'email_code' } },
    });
    expect(lines).toContain(`code for the sign-in: ${testCode}`);
    const { body } = await browser.call(`POST ${path}/attempt_first_factor`, {
      strategy: 'email_code',
      code: testCode,
    });
    expect(body).toMatchObject({ response: { status: 'complete' } });
    expect(lines.join('\n')).not.toContain(identifier);
  });

  test('can be read by its own browser only', async () => {
    const clerk = await aClerkLocal();
    const browser = await aSignedOutBrowser(clerk);
    const path = await browser.startSignIn();
    expect((await browser.call(`GET ${path}`)).body).toMatchObject({ response: { identifier } });
    const other = await BrowserClient.register(clerk);
    expect((await other.call(`GET ${path}`)).status).toBe(404);
  });

  test.each([
    [{ strategy: 'password', password: 'wrong-password' }, 'form_password_incorrect', 'password'],
    [{ strategy: 'password' }, 'form_password_incorrect', 'password'],
  ])('rejects %o and names the field', async (fields, errorCode, paramName) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const { status, body } = await browser.call(`POST ${path}/attempt_first_factor`, fields);
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(errorCode, paramName));
  });

  test('rejects a code before one was sent', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    const fields = { strategy: 'email_code', code: testCode };
    const { status, body } = await browser.call(`POST ${path}/attempt_first_factor`, fields);
    expect([status, body]).toMatchObject([400, errorOf('verification_missing')]);
  });

  test('rejects a wrong code and names the field', async () => {
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

  test('can continue after a wrong password', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const first = { identifier, password: 'wrong-password' };
    expect((await browser.call('POST /v1/client/sign_ins', first)).status).toBe(422);
    const { body } = await browser.call('GET /v1/client');
    expect(body).toMatchObject({ response: { sign_in: { status: 'needs_first_factor' } } });
  });

  test('rejects an unknown account and an unverified address', async () => {
    const clerk = await aClerkLocal();
    const { browser } = await aSignedInBrowser(clerk);
    await browser.create('POST /v1/me/email_addresses', { email_address: 'countess@example.com' });
    for (const unknown of ['nobody@example.com', 'countess@example.com']) {
      const other = await BrowserClient.register(clerk);
      const answer = await other.call('POST /v1/client/sign_ins', { identifier: unknown });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject(errorOf('form_identifier_not_found', 'identifier'));
    }
  });

  test('names a first factor that is not emulated', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const path = await browser.startSignIn();
    for (const call of ['prepare_first_factor', 'attempt_first_factor']) {
      const { status, body } = await browser.call(`POST ${path}/${call}`, { strategy: 'passkey' });
      expect(status).toBe(501);
      expect(body).toMatchObject(errorOf('not_emulated'));
      expect(JSON.stringify(body)).toContain('passkey');
    }
  });

  test.each([
    { strategy: 'oauth_google' },
    { strategy: 'oauth_google', redirect_url: 'http://localhost:3000/sso', oidc_prompt: 'login' },
    { strategy: 'oauth_custom_acme', identifier },
    { strategy: 'saml', identifier: 'nobody@example.com' },
    { strategy: 'enterprise_sso', enterprise_connection_id: 'ent_1' },
    { strategy: 'google_one_tap', token: 'google' },
  ])('rejects a provider and names the strategy: %j', async (fields) => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ins', { ...fields });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf('form_param_value_invalid', 'strategy'));
    expect(JSON.stringify(body)).toContain(fields.strategy);
  });

  test.each(['passkey', 'email_link', 'nonsense'])(
    'names %s as not emulated, with or without an identifier',
    async (strategy) => {
      const browser = await aSignedOutBrowser(await aClerkLocal());
      for (const fields of [{ strategy }, { strategy, identifier }]) {
        const { status, body } = await browser.call('POST /v1/client/sign_ins', { ...fields });
        expect(status).toBe(501);
        expect(body).toMatchObject(errorOf('not_emulated'));
      }
    },
  );

  test('rejects a provider as a first factor', async () => {
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

  test('is refused if the browser is signed in', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ins', { identifier });
    expect(status).toBe(400);
    expect(body).toMatchObject(errorOf('session_exists'));
  });
});
