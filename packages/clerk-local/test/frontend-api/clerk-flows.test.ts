import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { totpCode } from '../../src/domain/users/totp.js';
import type { ClerkLocal } from '../../src/index.js';
import { signInAs } from '../../src/testing/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { create } from '../backend-api/conformance/setup.js';
import { ada, testCode } from './support/browser-client.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

const secret = 'JBSWY3DPEHPK3PXP';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function aVisitor(clerk: ClerkLocal): Promise<Visitor> {
  return Visitor.arrive(browser, await aWebPage(clerk));
}

async function startSignIn(visitor: Visitor): Promise<void> {
  await visitor.open('/sign-in');
  await visitor.fill({ identifier: 'ada@example.com' });
  await visitor.submit();
}

describe('Clerk’s components in Chromium', { timeout: 180_000 }, () => {
  test('reset a forgotten password with a code', async () => {
    const clerk = await aClerkLocal();
    await clerk.users.create(ada);
    const visitor = await aVisitor(clerk);
    await startSignIn(visitor);
    await visitor.page.getByText('Forgot password?').click();
    await visitor.page.getByRole('button', { name: 'Reset your password' }).click();
    await visitor.typeCode(testCode);
    await visitor.fill({ password: 'another horse 2', confirmPassword: 'another horse 2' });
    await visitor.submit();
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).not.toBeNull();
  });

  test('ask for the code of an authenticator app', async () => {
    const clerk = await aClerkLocal();
    const { id } = await create(clerk, '/v1/users', { ...ada, totp_secret: secret });
    const visitor = await aVisitor(clerk);
    await startSignIn(visitor);
    await visitor.fill({ password: ada.password });
    await visitor.submit();
    await visitor.typeCode(totpCode(secret, Date.now()));
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).toBe(id);
  });

  test('create an organization, switch to it, invite a member and show both', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const visitor = await aVisitor(clerk);
    await visitor.open('/');
    await signInAs(visitor.page, 'ada@example.com', { clerk });
    await visitor.open('/switch');
    await visitor.page.locator('.cl-organizationSwitcherTrigger').click();
    await visitor.page.getByText('Create organization').click();
    await visitor.page.locator('input[name="name"]').fill('Acme');
    await visitor.submit();
    await visitor.page.getByRole('button', { name: 'Skip' }).click();
    await expect
      .poll(async () => decodeJwt(await visitor.token({ skipCache: true }))['o'])
      .toMatchObject({ slg: 'acme', rol: 'admin' });

    const invite = `window.Clerk.organization.inviteMember({
      emailAddress: 'eve@example.com', role: 'org:member' }).then(({ status }) => status)`;
    expect(await visitor.page.evaluate(invite)).toBe('pending');
    await visitor.open('/organization');
    await visitor.page.getByText('Members', { exact: true }).first().click();
    await visitor.page.getByText('ada@example.com').first().waitFor();
    await visitor.page.getByText('Invitations').first().click();
    await visitor.page.getByText('eve@example.com').first().waitFor();

    const list = `window.Clerk.user.getOrganizationMemberships()
      .then(({ data }) => data.map(({ role, organization }) => [role, organization.name]))`;
    expect(await visitor.page.evaluate(list)).toEqual([['org:admin', 'Acme']]);
    await visitor.page.evaluate('window.Clerk.setActive({ organization: null })');
    expect(decodeJwt(await visitor.token({ skipCache: true }))).not.toHaveProperty('o');
    expect(clerk.users.get(id)).toBeDefined();
  });
});

test(
  'clerk-js adds an authenticator app with backup codes, and a picture',
  { timeout: 180_000 },
  async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const visitor = await aVisitor(clerk);
    await visitor.open('/');
    await signInAs(visitor.page, 'ada@example.com', { clerk });
    const totp = await visitor.page.evaluate(
      'window.Clerk.user.createTOTP().then(({ secret, uri }) => ({ secret, uri }))',
    );
    const created = z.object({ secret: z.string(), uri: z.string() }).parse(totp);
    expect(created.uri).toContain(`secret=${created.secret}`);
    const code = totpCode(created.secret, Date.now());
    await visitor.page.evaluate(`window.Clerk.user.verifyTOTP({ code: '${code}' })`);
    await visitor.page.evaluate(
      `window.Clerk.user.setProfileImage({
         file: new File([new Uint8Array([137, 80, 78, 71])], 'a.png', { type: 'image/png' }) })`,
    );
    const codes = await visitor.page.evaluate(
      'window.Clerk.user.createBackupCode().then(({ codes }) => codes)',
    );
    expect(z.array(z.string()).parse(codes)).toHaveLength(10);
    expect(await clerk.users.get(id)).toMatchObject({
      two_factor_enabled: true,
      backup_code_enabled: true,
      has_image: true,
    });
  },
);
