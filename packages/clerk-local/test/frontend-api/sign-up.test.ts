import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import {
  aSignedInBrowser,
  aSignedOutBrowser,
  BrowserClient,
  testCode,
  errorOf,
} from './support/browser-client.js';

const code = { strategy: 'email_code', code: testCode };

async function aNewBrowser(): Promise<BrowserClient> {
  return BrowserClient.register(await aClerkLocal());
}

describe('a sign-up', () => {
  test('lists the missing fields and the unverified address', async () => {
    const browser = await aNewBrowser();

    const started = await browser.call('POST /v1/client/sign_ups', {
      email_address: 'Ada@Example.com',
    });
    expect(started.body).toMatchObject({
      response: {
        status: 'missing_requirements',
        email_address: 'ada@example.com',
        missing_fields: ['password', 'first_name', 'last_name'],
        unverified_fields: ['email_address'],
        verifications: { email_address: { strategy: null, next_action: 'needs_prepare' } },
      },
      client: { sign_up: { email_address: 'ada@example.com' }, sessions: [] },
    });
  });

  test('creates a user and signs them in with the correct code', async () => {
    const clerk = await aClerkLocal();
    const browser = await BrowserClient.register(clerk);
    const path = await browser.startSignUp({ unsafe_metadata: '{"theme":"dark"}' });

    const prepared = await browser.call(`POST ${path}/prepare_verification`, {
      strategy: 'email_code',
    });
    expect(prepared.body).toMatchObject({
      response: { verifications: { email_address: { next_action: 'needs_attempt' } } },
    });
    const done = await browser.call(`POST ${path}/attempt_verification`, code);

    const [user] = await clerk.users.list();
    expect(user).toMatchObject({
      first_name: 'Ada',
      last_name: 'Lovelace',
      password_enabled: true,
      unsafe_metadata: { theme: 'dark' },
      email_addresses: [
        {
          email_address: 'ada@example.com',
          verification: { status: 'verified', strategy: 'email_code' },
        },
      ],
    });
    expect(user?.primary_email_address_id).toBe(user?.email_addresses[0]?.id);
    expect(done.body).toMatchObject({
      response: { status: 'complete', created_user_id: user?.id, missing_fields: [] },
      client: { sign_up: null, sessions: [{ status: 'active', user: { id: user?.id } }] },
    });
  });

  test('stays incomplete until the last field is set if the address is verified first', async () => {
    const clerk = await aClerkLocal();
    const browser = await BrowserClient.register(clerk);
    const path = await browser.startSignUp({ last_name: '' });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });

    const verified = await browser.call(`POST ${path}/attempt_verification`, code);
    expect(verified.body).toMatchObject({
      response: { status: 'missing_requirements', missing_fields: ['last_name'] },
    });
    expect(await clerk.users.count()).toBe(0);
    const done = await browser.call(`PATCH ${path}`, { last_name: 'Lovelace' });
    expect(done.body).toMatchObject({ response: { status: 'complete' } });
    expect(await clerk.users.count()).toBe(1);
  });

  test('requires verification again after the address changes', async () => {
    const browser = await aNewBrowser();
    const path = await browser.startSignUp({ last_name: '' });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    await browser.call(`POST ${path}/attempt_verification`, code);

    const changed = await browser.call(`PATCH ${path}`, { email_address: 'countess@example.com' });

    expect(changed.body).toMatchObject({ response: { unverified_fields: ['email_address'] } });
  });

  test('does not return its password', async () => {
    const browser = await aNewBrowser();
    const path = await browser.startSignUp();
    const { body } = await browser.call(`GET ${path}`);
    expect(JSON.stringify(body)).not.toContain('correct-horse');
    expect(body).toMatchObject({ response: { has_password: true } });
  });

  test('accepts fields in steps, as signUp.password() of clerk-js sends them', async () => {
    const clerk = await aClerkLocal();
    const browser = await BrowserClient.register(clerk);
    const id = await browser.create('POST /v1/client/sign_ups', {
      strategy: 'password',
      email_address: 'ada@example.com',
      password: 'correct-horse-battery',
      locale: 'en-GB',
      timezone: 'UTC',
    });
    const path = `/v1/client/sign_ups/${id}`;
    const { body } = await browser.call(`PATCH ${path}`, {
      strategy: 'password',
      password: 'another-horse-battery',
      first_name: 'Ada',
      last_name: 'Lovelace',
    });
    expect(body).toMatchObject({ response: { missing_fields: [], has_password: true } });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const done = await browser.call(`POST ${path}/attempt_verification`, code);
    expect(done.body).toMatchObject({ response: { status: 'complete' } });
  });

  test.each([
    [{ strategy: 'password' }, 422, errorOf('form_param_missing', 'password')],
    [{ strategy: 'oauth_google' }, 422, errorOf('form_param_value_invalid', 'strategy')],
    [
      { strategy: 'oauth_github', redirect_url: 'http://localhost:3000/', oidc_prompt: 'login' },
      422,
      errorOf('form_param_value_invalid', 'strategy'),
    ],
    [{ strategy: 'phone_code' }, 501, errorOf('not_emulated')],
  ])('rejects %j with a reason', async (fields, expected, error) => {
    const browser = await aNewBrowser();
    const path = await browser.startSignUp();
    for (const route of ['POST /v1/client/sign_ups', `PATCH ${path}`]) {
      const { status, body } = await browser.call(route, { ...fields });
      expect(status).toBe(expected);
      expect(body).toMatchObject(error);
    }
  });

  test('rejects a taken address, ignoring case', async () => {
    const browser = await aSignedOutBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ups', {
      email_address: 'ADA@example.com',
    });
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf('form_identifier_exists', 'email_address'));
  });

  test('creates one user from two concurrent sign-ups with one address', async () => {
    const clerk = await aClerkLocal();
    const browsers = [await BrowserClient.register(clerk), await BrowserClient.register(clerk)];
    const attempts = await Promise.all(
      browsers.map(async (browser) => {
        const path = await browser.startSignUp();
        await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
        return () => browser.call(`POST ${path}/attempt_verification`, code);
      }),
    );
    const answers = await Promise.all(attempts.map((attempt) => attempt()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await clerk.users.count()).toBe(1);
  });

  test.each([
    [{ email_address: 'nowhere' }, 'form_param_format_invalid', 'email_address'],
    [{ password: 'short' }, 'form_password_length_too_short', 'password'],
    [{ username: 'ada' }, 'form_param_unknown', 'username'],
    [{ phone_number: '+15555550100' }, 'form_param_unknown', 'phone_number'],
  ])('rejects %o and names the field', async (fields, errorCode, paramName) => {
    const browser = await aNewBrowser();
    const { status, body } = await browser.call('POST /v1/client/sign_ups', fields);
    expect(status).toBe(422);
    expect(body).toMatchObject(errorOf(errorCode, paramName));
  });

  test('rejects a wrong code, and any code before one was sent', async () => {
    const browser = await aNewBrowser();
    const path = await browser.startSignUp();
    const early = await browser.call(`POST ${path}/attempt_verification`, code);
    expect(early.body).toMatchObject(errorOf('verification_missing'));
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const wrong = await browser.call(`POST ${path}/attempt_verification`, {
      ...code,
      code: '000000',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toMatchObject(errorOf('form_code_incorrect', 'code'));
  });

  test('names a verification strategy that is not emulated', async () => {
    const browser = await aNewBrowser();
    const path = await browser.startSignUp();
    const { status, body } = await browser.call(`POST ${path}/prepare_verification`, {
      strategy: 'phone_code',
    });
    expect(status).toBe(501);
    expect(body).toMatchObject(errorOf('not_emulated'));
    expect(JSON.stringify(body)).toContain('phone_code');
  });

  test('is refused if the browser is signed in', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { status, body } = await browser.call('POST /v1/client/sign_ups', {});
    expect(status).toBe(400);
    expect(body).toMatchObject(errorOf('session_exists'));
  });

  test('is not found by another browser', async () => {
    const clerk = await aClerkLocal();
    const path = await (await BrowserClient.register(clerk)).startSignUp();
    const { status } = await (await BrowserClient.register(clerk)).call(`GET ${path}`);
    expect(status).toBe(404);
  });
});
