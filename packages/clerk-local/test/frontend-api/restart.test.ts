import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { aClerkLocal } from '../support/clerk-local.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';
import { aSignedInBrowser, BrowserClient, CODE } from './support/browser-client.js';

it('somebody who is signed in still is after a restart', async () => {
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

it('a sign-up and a sign-in go on after a restart', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  const newcomer = await BrowserClient.arrive(clerk);
  const signUp = await newcomer.startSignUp({ email_address: 'countess@example.com' });
  await newcomer.call(`POST ${signUp}/prepare_verification`, { strategy: 'email_code' });
  const { id } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const known = await BrowserClient.arrive(clerk);
  const signIn = await known.startSignIn();
  await known.call(`POST ${signIn}/prepare_first_factor`, { strategy: 'email_code' });
  await clerk.close();

  const again = await aClerkLocal({ statePath });
  const code = { strategy: 'email_code', code: CODE };

  const signedUp = await new BrowserClient(again, newcomer.devBrowser).call(
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

it('the state file holds no password, not even of a sign-up under way', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  await (await BrowserClient.arrive(clerk)).startSignUp();
  await clerk.close();
  expect(await readFile(statePath, 'utf8')).not.toContain('correct-horse');
});

it('a state file from before there were browsers is read', async () => {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  await clerk.users.create({ email_address: ['ada@example.com'] });
  await clerk.close();
  const stored = z.looseObject({}).parse(JSON.parse(await readFile(statePath, 'utf8')));
  const { clients: _clients, ...older } = stored;
  await writeFile(statePath, JSON.stringify(older));

  expect(await (await aClerkLocal({ statePath })).users.count()).toBe(1);
});
