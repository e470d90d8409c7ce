import { expect, test } from 'vitest';
import { totpCode } from '../../src/domain/users/totp.js';
import { create } from '../backend-api/conformance/setup.js';
import { ada } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import type { RecordedPage } from './recorded-page.js';
import {
  code,
  emailAddress,
  password,
  signInWithPassword,
  type RecordedBrowser,
} from './recorded-browser.js';

const secret = 'JBSWY3DPEHPK3PXP';

/** Calls the operations on sign-ups, sign-ins and sessions. */
export function signInCalls(browser: RecordedBrowser): void {
  test('sign-up, and the waitlist', async () => {
    const page = await browser.open();
    await page.run(`await client.signUp.create({
      emailAddress: '${emailAddress}', password: ${password}, firstName: 'Ada', lastName: 'L' });`);
    expect(await page.run('return (await client.signUp.reload()).lastName;')).toBe('L');
    await page.run("await client.signUp.update({ lastName: 'Lovelace' });");
    expect(await page.run('return (await client.signUp.reload()).lastName;')).toBe('Lovelace');
    await page.run("await client.signUp.prepareVerification({ strategy: 'email_code' });");
    await page.run('await client.signUp.reload();');
    await page.run(`await client.signUp.attemptVerification({
      strategy: 'email_code', code: ${code} });`);
    expect(await page.reads(page.clerk.users.count())).toBe(1);
    await page.run('await Clerk.setActive({ session: client.signedInSessions[0].id });');
    const email = { emailAddress: 'eve@example.com' };
    await page.run(`await Clerk.joinWaitlist(${JSON.stringify(email)});`);
    expect(await page.reads(waitlistOf(page))).toMatchObject({ total_count: 1 });
  });

  test('sign-in with a code, a new password and a second factor', async () => {
    const page = await browser.open({ enable: ['phone_number'] });
    await create(page.clerk, '/v1/users', { ...ada, totp_secret: secret });
    await page.run(`await client.signIn.create({ identifier: '${emailAddress}' });`);
    expect(await page.run('return (await client.signIn.reload()).identifier;')).toBe(emailAddress);
    const strategy = `strategy: 'reset_password_email_code'`;
    await page.run(`
      const { emailAddressId } = client.signIn.supportedFirstFactors.find((each) => each.emailAddressId);
      await client.signIn.prepareFirstFactor({ ${strategy}, emailAddressId });`);
    await page.run('await client.signIn.reload();');
    await page.run(`await client.signIn.attemptFirstFactor({ ${strategy}, code: ${code} });`);
    expect(await page.run('return (await client.signIn.reload()).status;')).toBe(
      'needs_new_password',
    );
    await page.run("await client.signIn.resetPassword({ password: 'another horse 2' });");
    expect(await page.run('return (await client.signIn.reload()).status;')).toBe(
      'needs_second_factor',
    );
    await page.run(`await client.signIn.attemptSecondFactor({
      strategy: 'totp', code: '${totpCode(secret, Date.now())}' });`);
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
  });

  test('a code by text message as the second factor', async () => {
    const { page } = await browser.signedIn({ enable: ['phone_number', 'reverification'] });
    await page.run("await user.createPhoneNumber({ phoneNumber: '+15555550100' });");
    const phone = 'user.phoneNumbers[0]';
    await page.run(`await ${phone}.prepareVerification();`);
    await page.run(`await ${phone}.attemptVerification({ code: ${code} });`);
    await page.run(`await ${phone}.setReservedForSecondFactor({ reserved: true });`);
    await page.run("await session.startVerification({ level: 'second_factor' });");
    await page.run(`await session.prepareSecondFactorVerification({
      strategy: 'phone_code', phoneNumberId: ${phone}.id });`);
    await page.run('await session.reload();');
    await page.run(`await session.attemptSecondFactorVerification({
      strategy: 'phone_code', code: ${code} });`);
    expect(await page.run('return (await session.reload()).factorVerificationAge[1];')).toBe(0);

    await page.run('await session.remove();');
    await page.run(`await client.signIn.create({
      identifier: '${emailAddress}', password: ${password} });`);
    await page.run(`
      const { phoneNumberId } = client.signIn.supportedSecondFactors.find((each) => each.phoneNumberId);
      await client.signIn.prepareSecondFactor({ strategy: 'phone_code', phoneNumberId });`);
    expect(await page.run('return (await client.signIn.reload()).status;')).toBe(
      'needs_second_factor',
    );
    await page.run(`await client.signIn.attemptSecondFactor({
      strategy: 'phone_code', code: ${code} });`);
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
  });

  test('the browser and the settings of the instance', async () => {
    const { page } = await browser.signedIn();
    await page.run('await client.create();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
    await page.run('await Clerk.__internal_reloadInitialResources();');
  });

  test('sessions and reverification', async () => {
    const { page, userId } = await browser.signedIn({
      enable: ['multi_session', 'reverification'],
    });
    await create(page.clerk, '/v1/jwt_templates', { name: 'hasura', claims: { role: 'user' } });
    expect(await page.run("return await session.getToken({ template: 'hasura' });")).toMatch(/^ey/);
    expect(await page.run('return await session.getToken({ skipCache: true });')).toMatch(/^ey/);
    expect(await page.run('return (await session.reload()).status;')).toBe('active');

    await page.run("await session.startVerification({ level: 'first_factor' });");
    await page.run('await session.reload();');
    await page.run(`
      const emailAddressId = user.emailAddresses[0].id;
      await session.prepareFirstFactorVerification({ strategy: 'email_code', emailAddressId });`);
    await page.run('await session.reload();');
    await page.run(`await session.attemptFirstFactorVerification({
      strategy: 'email_code', code: ${code} });`);
    expect(await page.run('return (await session.reload()).factorVerificationAge[0];')).toBe(0);

    const other = await page.clerk.createSession(userId);
    const statuses = 'return (await user.getSessions()).map((each) => each.id);';
    expect(await page.run(statuses)).toContain(other.id);
    await page.run(`
      const sessions = await user.getSessions();
      await sessions.find((each) => each.id === '${other.id}').revoke();
      user.cachedSessionsWithActivities = null;`);
    await page.run('await client.reload();');
    await page.run('await session.end();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(0);
    await page.run(signInWithPassword);
    await page.run('await client.reload();');
    await page.run('await session.remove();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(0);
    await page.run(signInWithPassword);
    await page.run('await client.reload();');
    await page.run('await client.removeSessions();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(0);
    await page.run('await client.destroy();');
    await page.run('await client.reload();');
  });
}

async function waitlistOf({ clerk }: RecordedPage): Promise<unknown> {
  const path = '/v1/waitlist_entries';
  return (await callBackendApi(clerk, { method: 'GET', path })).json();
}
