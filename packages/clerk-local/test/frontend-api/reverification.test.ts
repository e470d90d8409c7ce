import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';
import { aSignedInBrowser, errorOf, testCode } from './support/browser-client.js';

const tenMinutes = 600_000;

async function fva(clerk: ClerkLocal, sessionId: string): Promise<unknown> {
  const userId = (await clerk.users.list())[0]?.id ?? '';
  return decodeJwt(await clerk.sessionToken({ userId, sessionId }))['fva'];
}

test('a verified factor appears in the claim fva, and a sensitive change needs one of the last ten minutes', async () => {
  const clock = aClock();
  const clerk = await aClerkLocal({ now: clock.now, enable: ['reverification'] });
  const { browser, sessionId } = await aSignedInBrowser(clerk);
  const added = { email_address: 'countess@example.com' };
  const path = `/v1/client/sessions/${sessionId}/verify`;
  clock.advance(tenMinutes);
  expect(await fva(clerk, sessionId)).toEqual([10, -1]);
  const refused = await browser.call('POST /v1/me/email_addresses', added);
  expect([refused.status, refused.body]).toMatchObject([
    403,
    errorOf('session_reverification_required'),
  ]);

  await browser.call(`POST ${path}`, { level: 'second_factor' });
  const early = { strategy: 'email_code', code: testCode };
  expect((await browser.call(`POST ${path}/attempt_first_factor`, early)).status).toBe(400);
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy: 'email_code' });
  const wrong = await browser.call(`POST ${path}/attempt_first_factor`, {
    ...early,
    code: '000000',
  });
  expect(wrong.status).toBe(422);
  expect(await fva(clerk, sessionId)).toEqual([10, -1]);
  const done = await browser.call(`POST ${path}/attempt_first_factor`, early);
  expect(done.body).toMatchObject({
    response: { status: 'complete', session: { factor_verification_age: [0, -1] } },
  });
  expect(await fva(clerk, sessionId)).toEqual([0, -1]);
  expect((await browser.call('POST /v1/me/email_addresses', added)).status).toBe(200);
  expect((await browser.call(`POST ${path}/attempt_first_factor`, early)).status).toBe(400);
});

test('without the feature, sensitive changes need no factor', async () => {
  const clock = aClock();
  const clerk = await aClerkLocal({ now: clock.now });
  const { browser } = await aSignedInBrowser(clerk);
  clock.advance(tenMinutes);
  const added = { email_address: 'countess@example.com' };
  expect((await browser.call('POST /v1/me/email_addresses', added)).status).toBe(200);
});
