import { expect, test } from 'vitest';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { SoftwareAuthenticator, type Forgery } from '../support/software-authenticator.js';
import { aSignedInBrowser, BrowserClient, errorOf, pageOrigin } from './support/browser-client.js';
import { askedToSign, pendingPasskey, registered, startSignIn } from './support/passkeys.js';

test('a passkey signs its user in from another browser, and its last use is recorded', async () => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { authenticator, id } = await registered(clerk);
  const { other, nonce, attempt } = await startSignIn(clerk);
  const strategy = 'passkey';

  const answer = await other.call(attempt, {
    strategy,
    public_key_credential: authenticator.get(nonce),
  });

  expect(answer.body).toMatchObject({ response: { status: 'complete' } });
  const [user] = await clerk.users.list();
  expect(user?.passkeys).toMatchObject([{ id, verification: { status: 'verified' } }]);
});

test.each<[string, Forgery]>([
  ['another page', { origin: 'http://localhost:6666' }],
  ['another challenge', { challenge: 'AAAA' }],
  ['another host', { rpId: 'example.com' }],
])('refuses a signature for %s', async (_name, forgery) => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { authenticator } = await registered(clerk);
  const { other, nonce, attempt } = await startSignIn(clerk);

  const answer = await other.call(attempt, {
    strategy: 'passkey',
    public_key_credential: authenticator.get(nonce, forgery),
  });

  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject(
    errorOf('passkey_invalid_verification', 'public_key_credential'),
  );
});

test('refuses a counter that did not increase, as of a copied authenticator', async () => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { authenticator } = await registered(clerk);
  const first = await startSignIn(clerk);
  const credential = authenticator.get(first.nonce);
  await first.other.call(first.attempt, {
    strategy: 'passkey',
    public_key_credential: credential,
  });
  const second = await startSignIn(clerk);
  authenticator.counter = 0;

  const answer = await second.other.call(second.attempt, {
    strategy: 'passkey',
    public_key_credential: authenticator.get(second.nonce),
  });

  expect(answer.body).toMatchObject(errorOf('passkey_invalid_verification'));
});

test('the passkey of another user does not continue the sign-in of a user', async () => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { authenticator } = await registered(clerk);
  const eve = new SoftwareAuthenticator(pageOrigin);
  await clerk.users.create({ email_address: ['eve@example.com'], password: 'correct horse' });
  const evesBrowser = await BrowserClient.register(clerk);
  await evesBrowser.call('POST /v1/client/sign_ins', {
    identifier: 'eve@example.com',
    password: 'correct horse',
  });
  const { response } = pendingPasskey.parse(
    (await evesBrowser.call('POST /v1/me/passkeys', {})).body,
  );
  await evesBrowser.call(`POST /v1/me/passkeys/${response.id}/attempt_verification`, {
    public_key_credential: eve.create(response.verification.nonce),
  });

  const other = await BrowserClient.register(clerk);
  const path = await other.startSignIn();
  const prepared = await other.call(`POST ${path}/prepare_first_factor`, { strategy: 'passkey' });
  const { nonce } = askedToSign.parse(prepared.body).response.first_factor_verification;
  const attempt = (authenticatorOfUser: SoftwareAuthenticator): Promise<{ body: unknown }> =>
    other.call(`POST ${path}/attempt_first_factor`, {
      strategy: 'passkey',
      public_key_credential: authenticatorOfUser.get(nonce),
    });

  expect((await attempt(eve)).body).toMatchObject(errorOf('passkey_invalid_verification'));
  expect((await attempt(authenticator)).body).toMatchObject({ response: { status: 'complete' } });
});

test('a removed passkey no longer signs in', async () => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { authenticator, id } = await registered(clerk);
  const [user] = await clerk.users.list();
  const path = `/v1/users/${user?.id ?? ''}/passkeys/${id}`;
  const { status } = await callBackendApi(clerk, { method: 'DELETE', path });
  expect(status).toBe(200);
  const { other, nonce, attempt } = await startSignIn(clerk);

  const answer = await other.call(attempt, {
    strategy: 'passkey',
    public_key_credential: authenticator.get(nonce),
  });

  expect(answer.body).toMatchObject(errorOf('passkey_not_registered'));
});

test('a passkey is renamed, and its registration is used once', async () => {
  const clerk = await aClerkLocal({ enable: ['passkey'] });
  const { browser, authenticator, id } = await registered(clerk);
  const renamed = await browser.call(`PATCH /v1/me/passkeys/${id}`, { name: 'Key ring' });
  expect(renamed.body).toMatchObject({ response: { name: 'Key ring' } });

  const again = await browser.call(`POST /v1/me/passkeys/${id}/attempt_verification`, {
    public_key_credential: authenticator.create('{"rp":{"id":"localhost"},"challenge":"AAAA"}'),
  });

  expect(again.status).toBe(404);
});

test('is off unless it is enabled', async () => {
  const clerk = await aClerkLocal();
  const { browser } = await aSignedInBrowser(clerk);
  expect((await browser.call('POST /v1/me/passkeys', {})).status).toBe(501);
  const other = await BrowserClient.register(clerk);
  const { status } = await other.call('POST /v1/client/sign_ins', { strategy: 'passkey' });
  expect(status).toBe(501);
});
