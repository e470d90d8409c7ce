import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { aClerkLocal } from '../support/clerk-local.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';
import { aSignedInBrowser, BrowserClient, testCode } from './support/browser-client.js';

test('a browser stays signed in after a restart', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  await clerk.close();

  const again = new BrowserClient(await aClerkLocal({ statePath }), browser.devBrowser);

  const { body } = await again.call('GET /v1/client');
  expect(body).toMatchObject({ response: { sessions: [{ id: sessionId, status: 'active' }] } });
  const token = await again.call(`POST /v1/client/sessions/${sessionId}/tokens`, {});
  expect(token.status).toBe(200);
});

test('a sign-up and a sign-in can be completed after a restart', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  const newBrowser = await BrowserClient.register(clerk);
  const signUp = await newBrowser.startSignUp({ email_address: 'countess@example.com' });
  await newBrowser.call(`POST ${signUp}/prepare_verification`, { strategy: 'email_code' });
  const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const known = await BrowserClient.register(clerk);
  const signIn = await known.startSignIn();
  await known.call(`POST ${signIn}/prepare_first_factor`, { strategy: 'email_code' });
  await clerk.close();

  const again = await aClerkLocal({ statePath });
  const code = { strategy: 'email_code', code: testCode };

  const signedUp = await new BrowserClient(again, newBrowser.devBrowser).call(
    `POST ${signUp}/attempt_verification`,
    code,
  );
  expect(signedUp.body).toMatchObject({ response: { status: 'complete' } });
  const signedIn = await new BrowserClient(again, known.devBrowser).call(
    `POST ${signIn}/attempt_first_factor`,
    code,
  );
  expect(signedIn.body).toMatchObject({ client: { sessions: [{ user: { id } }] } });
});

test('the state file does not contain the password of a sign-up in progress', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  await (await BrowserClient.register(clerk)).startSignUp();
  await clerk.close();
  expect(await readFile(statePath, 'utf8')).not.toContain('correct-horse');
});

test('reads a state file without browsers, as older versions wrote it', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  await clerk.users.create({ email_address: ['ada@example.com'] });
  await clerk.close();
  const stored = z.looseObject({}).parse(JSON.parse(await readFile(statePath, 'utf8')));
  const { clients: _clients, ...older } = stored;
  await writeFile(statePath, JSON.stringify(older));

  expect(await (await aClerkLocal({ statePath })).users.count()).toBe(1);
});
