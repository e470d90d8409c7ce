import { createClerkClient } from '@clerk/backend';
import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';
import { runCommand } from '../support/command-line.js';
import {
  ada,
  aSignedInBrowser,
  BrowserClient,
  errorOf,
  testCode,
} from './support/browser-client.js';

const phone = '+15555550100';

describe('with username and phone number', () => {
  const enable = ['username', 'phone_number'] as const;

  test('a sign-up needs the username and verifies the number, and both sign in', async () => {
    const clerk = await aClerkLocal({ enable });
    const browser = await BrowserClient.register(clerk);
    const path = await browser.startSignUp({ phone_number: '+1 555 555-0100' });
    const started = await browser.call(`GET ${path}`);
    expect(started.body).toMatchObject({
      response: {
        missing_fields: ['username'],
        unverified_fields: ['email_address', 'phone_number'],
      },
    });
    await browser.call(`PATCH ${path}`, { username: 'countess' });
    const email = { strategy: 'email_code', code: testCode };
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    await browser.call(`POST ${path}/attempt_verification`, email);
    const early = { strategy: 'phone_code', code: testCode };
    expect((await browser.call(`POST ${path}/attempt_verification`, early)).status).toBe(400);
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'phone_code' });
    const done = await browser.call(`POST ${path}/attempt_verification`, early);
    expect(done.body).toMatchObject({ response: { status: 'complete', missing_fields: [] } });
    const [user] = await clerk.users.list();
    expect(user).toMatchObject({ username: 'countess', phone_numbers: [{ phone_number: phone }] });

    for (const identifier of ['Countess', phone]) {
      const other = await BrowserClient.register(clerk);
      const { password } = ada;
      const signIn = await other.call('POST /v1/client/sign_ins', { identifier, password });
      expect(signIn.body).toMatchObject({ response: { status: 'complete' } });
    }
    const second = await BrowserClient.register(clerk);
    const taken = await second.call('POST /v1/client/sign_ups', { username: 'COUNTESS' });
    expect(taken.body).toMatchObject(errorOf('form_identifier_exists', 'username'));
  });

  test('a user changes the username', async () => {
    const clerk = await aClerkLocal({ enable });
    const { browser } = await aSignedInBrowser(clerk);
    expect((await browser.call('PATCH /v1/me', { username: 'countess' })).status).toBe(200);
    expect((await clerk.users.list())[0]?.username).toBe('countess');
  });
});

test('--enable refuses a feature that does not exist, and names those that do', async () => {
  const { code, reported } = await runCommand(['--enable', 'oauth_myspace']);
  expect(code).toBe(2);
  expect(reported).toMatch(/^--enable must be one of multi_session, .*oauth_google/);
});

describe('with organization_required', () => {
  test('a session is pending until its user has an organization, and servers treat it as signed out', async () => {
    const clerk = await aClerkLocal({ enable: ['organization_required'] });
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    const [user] = await clerk.users.list();
    const userId = user?.id ?? '';
    const sdk = createClerkClient({
      apiUrl: clerk.url,
      secretKey: clerk.secretKey,
      publishableKey: clerk.publishableKey,
      telemetry: { disabled: true },
    });
    const knownTo = async (server: typeof sdk): Promise<string | null | undefined> => {
      const headers = {
        authorization: `Bearer ${await clerk.sessionToken({ userId, sessionId })}`,
      };
      const request = new Request('http://localhost:3000/', { headers });
      return (await server.authenticateRequest(request)).toAuth()?.userId;
    };
    const touch = `POST /v1/client/sessions/${sessionId}/touch`;
    const pending = { status: 'pending', tasks: [{ key: 'choose-organization' }] };

    expect((await browser.call(touch, { active_organization_id: '' })).body).toMatchObject({
      response: pending,
      client: { sessions: [pending] },
    });
    expect((await sdk.sessions.getSession(sessionId)).status).toBe('pending');
    expect(await knownTo(sdk)).toBeNull();

    const active_organization_id = await browser.create('POST /v1/organizations', { name: 'Acme' });
    expect((await browser.call(touch, { active_organization_id })).body).toMatchObject({
      response: { status: 'active', tasks: null },
    });
    expect(await knownTo(sdk)).toBe(userId);
  });

  test('a pending session ends at sign-out', async () => {
    const clerk = await aClerkLocal({ enable: ['organization_required'] });
    const { browser, sessionId } = await aSignedInBrowser(clerk);
    await browser.call(`POST /v1/client/sessions/${sessionId}/remove`, {});
    expect((await browser.call('GET /v1/client')).body).toMatchObject({
      response: { sessions: [] },
    });
  });
});
