import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signInAs } from '../../src/testing/index.js';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';
import { ada, aSignedInBrowser, errorOf, testCode } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

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
  expect((await browser.call(`POST ${path}/attempt_first_factor`, early)).status).toBe(422);
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

describe('Clerk’s user profile', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  test('adds a phone number and verifies it with a code', async () => {
    const clerk = await aClerkLocal({ enable: ['phone_number'] });
    const { id } = await clerk.users.create(ada);
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.open('/');
    await signInAs(visitor.page, 'ada@example.com', { clerk });
    await visitor.open('/account');
    const { page } = visitor;
    await page.getByRole('button', { name: 'Add phone number' }).click();
    await page.locator('input[type="tel"]').fill('5555550100');
    await visitor.submit();
    await visitor.typeCode(testCode);
    await expect
      .poll(async () => (await clerk.users.get(id)).phone_numbers, { timeout: 10_000 })
      .toMatchObject([{ phone_number: '+15555550100', verification: { status: 'verified' } }]);
    expect((await clerk.users.get(id)).primary_phone_number_id).not.toBeNull();
  });
});
