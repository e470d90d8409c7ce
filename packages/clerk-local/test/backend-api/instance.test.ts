import { createClerkClient } from '@clerk/backend';
import { describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient, errorOf } from '../frontend-api/support/browser-client.js';
import { aClerkLocal } from '../support/clerk-local.js';

function sdk({ url, secretKey }: ClerkLocal): ReturnType<typeof createClerkClient> {
  return createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
}

async function trySignUp(clerk: ClerkLocal, email: string): Promise<unknown> {
  const browser = await BrowserClient.register(clerk);
  return (await browser.call('POST /v1/client/sign_ups', { email_address: email })).body;
}

test('@clerk/backend reads and changes the settings of the instance', async () => {
  const { instance } = sdk(await aClerkLocal());
  await instance.update({ allowedOrigins: ['https://example.com'] });
  expect(await instance.get()).toMatchObject({ allowedOrigins: ['https://example.com'] });
  await instance.updateOrganizationSettings({ maxAllowedMemberships: 9 });
  expect(await instance.getOrganizationSettings()).toMatchObject({ maxAllowedMemberships: 9 });
});

test('the settings of organizations apply to new organizations', async () => {
  const { instance, organizations } = sdk(await aClerkLocal());
  await instance.updateOrganizationSettings({
    maxAllowedMemberships: 9,
    adminDeleteEnabled: false,
  });
  expect(await organizations.createOrganization({ name: 'Acme' })).toMatchObject({
    maxAllowedMemberships: 9,
    adminDeleteEnabled: false,
  });
});

describe('restrictions', () => {
  test('with an allow-list, only its addresses and domains can sign up', async () => {
    const clerk = await aClerkLocal();
    const { instance, allowlistIdentifiers } = sdk(clerk);
    await allowlistIdentifiers.createAllowlistIdentifier({
      identifier: 'ada@example.com',
      notify: false,
    });
    await allowlistIdentifiers.createAllowlistIdentifier({
      identifier: '*@acme.com',
      notify: false,
    });
    expect(await trySignUp(clerk, 'eve@example.com')).toMatchObject({ response: {} });
    await instance.updateRestrictions({ allowlist: true });

    expect(await trySignUp(clerk, 'ada@example.com')).toMatchObject({ response: {} });
    expect(await trySignUp(clerk, 'eve@acme.com')).toMatchObject({ response: {} });
    expect(await trySignUp(clerk, 'eve@example.com')).toMatchObject(errorOf('not_allowed_access'));
  });

  test('a blocked address can neither sign up nor sign in', async () => {
    const clerk = await aClerkLocal();
    const { blocklistIdentifiers } = sdk(clerk);
    await clerk.users.create(ada);
    const { id } = await blocklistIdentifiers.createBlocklistIdentifier({
      identifier: 'ada@example.com',
    });
    await blocklistIdentifiers.createBlocklistIdentifier({ identifier: 'eve@example.com' });
    const browser = await BrowserClient.register(clerk);
    const signIn = { identifier: 'ada@example.com', password: ada.password };

    const refused = await browser.call('POST /v1/client/sign_ins', signIn);
    expect(refused).toMatchObject({ status: 403, body: errorOf('not_allowed_access') });
    expect(await trySignUp(clerk, 'eve@example.com')).toMatchObject(errorOf('not_allowed_access'));
    await blocklistIdentifiers.deleteBlocklistIdentifier(id);
    expect((await browser.call('POST /v1/client/sign_ins', signIn)).status).toBe(200);
  });

  test('addresses with a sub-address are refused if the instance blocks them', async () => {
    const clerk = await aClerkLocal();
    await sdk(clerk).instance.updateRestrictions({ blockEmailSubaddresses: true });
    const refused = await trySignUp(clerk, 'ada+spam@example.com');
    expect(refused).toMatchObject(errorOf('not_allowed_access'));
  });
});

test('@clerk/backend adds, changes and deletes satellite domains', async () => {
  const { domains } = sdk(await aClerkLocal());
  const { id } = await domains.add({ name: 'shop.example.com', is_satellite: true });
  await domains.update({ domainId: id, proxy_url: 'https://shop.example.com/__clerk' });
  const { data } = await domains.list();
  expect(data.map(({ name, isSatellite }) => [name, isSatellite])).toEqual([
    [expect.stringMatching(/\.accounts\.dev$/), false],
    ['shop.example.com', true],
  ]);
  await domains.delete(id);
  expect((await domains.list()).totalCount).toBe(1);
});

test('a waitlist entry is invited, and complete once the address has signed up', async () => {
  const clerk = await aClerkLocal();
  const { waitlistEntries } = sdk(clerk);
  const { id } = await waitlistEntries.create({ emailAddress: 'ada@example.com', notify: false });
  const { status, invitation } = await waitlistEntries.invite(id);
  expect(status).toBe('invited');
  const ticket = new URL(invitation?.url ?? '').searchParams.get('ticket') ?? '';
  const browser = await BrowserClient.register(clerk);
  const { password } = ada;
  const fields = { strategy: 'ticket', ticket, password, first_name: 'Ada', last_name: 'L' };
  await browser.call('POST /v1/client/sign_ups', fields);

  expect((await waitlistEntries.list()).data).toMatchObject([{ status: 'completed' }]);
  const rejected = await waitlistEntries.create({ emailAddress: 'eve@example.com', notify: false });
  expect((await waitlistEntries.reject(rejected.id)).status).toBe('rejected');
  await waitlistEntries.delete(rejected.id);
  expect((await waitlistEntries.list()).totalCount).toBe(1);
});

test('@clerk/backend reads browsers, and the browser of a session token', async () => {
  const clerk = await aClerkLocal();
  const { clients, sessions } = sdk(clerk);
  const { id: userId } = await clerk.users.create(ada);
  const sessionId = await (await BrowserClient.register(clerk)).signIn();
  const { clientId } = await sessions.getSession(sessionId);

  const client = await clients.getClient(clientId);
  expect(client).toMatchObject({ sessionIds: [sessionId], lastActiveSessionId: sessionId });
  const token = await clerk.sessionToken({ userId, sessionId });
  expect((await clients.verifyClient(token)).id).toBe(clientId);
  await expect(clients.verifyClient('no.token')).rejects.toMatchObject({ status: 401 });
});

test('a sign-up stays incomplete until a server has acted, which also sets the user’s external id', async () => {
  const clerk = await aClerkLocal();
  const { signUps, users } = sdk(clerk);
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignUp();
  const id = path.split('/').at(-1) ?? '';
  await signUps.update({ signUpAttemptId: id, externalId: 'ext_1', customAction: true });
  const strategy = 'email_code';
  await browser.call(`POST ${path}/prepare_verification`, { strategy });
  await browser.call(`POST ${path}/attempt_verification`, { strategy, code: '424242' });
  expect(await signUps.get(id)).toMatchObject({ status: 'missing_requirements' });

  await signUps.update({ signUpAttemptId: id, customAction: false });
  await browser.call(`PATCH ${path}`, { first_name: 'Augusta' });

  const { status, createdUserId } = await signUps.get(id);
  expect(status).toBe('complete');
  expect(await users.getUser(createdUserId ?? '')).toMatchObject({
    externalId: 'ext_1',
    firstName: 'Augusta',
  });
});

test('a code that the Backend API sends is shown to the console', async () => {
  const clerk = await aClerkLocal();
  const { id: userId } = await clerk.users.create(ada);
  const { phoneNumbers } = sdk(clerk);
  const { id } = await phoneNumbers.createPhoneNumber({ userId, phoneNumber: '+15555550100' });
  await fetch(`${clerk.url}/v1/phone_numbers/${id}/prepare_verification`, {
    method: 'POST',
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  const response = await fetch(`${clerk.url}/_local/messages`, {
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  expect(await response.json()).toMatchObject({
    messages: [
      { channel: 'sms', to: '+15555550100', body: expect.stringContaining('424242') as string },
    ],
  });
});
