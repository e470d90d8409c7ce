import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frontendApi } from '../../src/frontend-api/frontend-api.js';
import { totpCode } from '../../src/domain/users/totp.js';
import { operations } from '../../src/http/operations.js';
import { asPublished } from '../frontend-api/conformance/setup.js';
import { choose } from '../frontend-api/conformance/provider-cases.js';
import { ada, testCode } from '../frontend-api/support/browser-client.js';
import { aColleague, listed } from '../frontend-api/support/organizations.js';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { create } from '../backend-api/conformance/setup.js';
import { EthereumWallet } from '../support/wallets.js';
import { callBackendApi } from '../support/backend-call.js';
import { routesOf } from '../support/routes.js';
import { CallRecord } from './call-record.js';
import { RecordedPage } from './recorded-page.js';
import { httpOnly } from './http-only.js';
import { shapeOf } from './route-shape.js';

/**
 * Calls the operations that clerk-js has a method for, in Chromium, and reads each change back.
 * `clerk-js.txt` lists the operations and their webhooks; SUPPORT.md is generated from it.
 */
const record = new CallRecord('Frontend API', asPublished);

const emailAddress = 'ada@example.com';
const secret = 'JBSWY3DPEHPK3PXP';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const password = JSON.stringify(ada.password);
const code = JSON.stringify(testCode);
const signInWithPassword = `
  const attempt = await client.signIn.create({ identifier: '${emailAddress}', password: ${password} });
  await Clerk.setActive({ session: attempt.createdSessionId });`;

/** Opens a page on which a user is signed in. */
async function signedIn(options: Parameters<typeof RecordedPage.open>[2] = {}): Promise<{
  readonly page: RecordedPage;
  readonly userId: string;
}> {
  const page = await RecordedPage.open(browser, record, options);
  const { id } = await page.clerk.users.create(ada);
  await page.run(signInWithPassword);
  await page.run('await client.reload();');
  return { page, userId: id };
}

async function waitlistOf({ clerk }: RecordedPage): Promise<unknown> {
  const path = '/v1/waitlist_entries';
  return (await callBackendApi(clerk, { method: 'GET', path })).json();
}

describe('clerk-js changes, and reads back', { timeout: 180_000 }, () => {
  test('sign-up, and the waitlist', async () => {
    const page = await RecordedPage.open(browser, record);
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
    const page = await RecordedPage.open(browser, record, { enable: ['phone_number'] });
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

  test('the profile', async () => {
    const { page, userId } = await signedIn();
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await user.reload()).${property};`);
    await page.run("await user.update({ firstName: 'Augusta' });");
    expect(await read('firstName')).toBe('Augusta');
    await page.run("await user.updateMetadata({ unsafeMetadata: { theme: 'dark' } });");
    expect(await read('unsafeMetadata.theme')).toBe('dark');
    await page.run('await user.setProfileImage({ file: image });');
    expect(await read('hasImage')).toBe(true);
    await page.run('await user.setProfileImage({ file: null });');
    expect(await read('hasImage')).toBe(false);
    await page.run(`await user.updatePassword({
      currentPassword: ${password}, newPassword: 'another horse 2' });`);
    expect(await read('passwordEnabled')).toBe(true);
    await page.run("await user.removePassword({ currentPassword: 'another horse 2' });");
    expect(await read('passwordEnabled')).toBe(false);

    await page.run("await user.createEmailAddress({ email: 'countess@example.com' });");
    const email = 'user.emailAddresses.find((each) => each.emailAddress.startsWith("countess"))';
    expect(await page.run(`return (await ${email}.reload()).verification.status;`)).toBe(null);
    await page.run(`await ${email}.prepareVerification({ strategy: 'email_code' });`);
    await page.run(`await ${email}.reload();`);
    await page.run(`await ${email}.attemptVerification({ code: ${code} });`);
    expect(await page.run(`return (await ${email}.reload()).verification.status;`)).toBe(
      'verified',
    );
    await page.run(`await ${email}.destroy();`);
    expect(await read('emailAddresses.length')).toBe(1);
    await page.run('await user.delete();');
    expect(await page.reads(page.clerk.users.count())).toBe(0);
    expect(userId).toMatch(/^user_/);
  });

  test('phone numbers, authenticator apps and backup codes', async () => {
    const { page } = await signedIn({ enable: ['phone_number'] });
    const phone = 'user.phoneNumbers[0]';
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await user.reload()).${property};`);
    await page.run("await user.createPhoneNumber({ phoneNumber: '+15555550100' });");
    expect(await page.run(`return (await ${phone}.reload()).phoneNumber;`)).toBe('+15555550100');
    await page.run(`await ${phone}.prepareVerification();`);
    await page.run(`await ${phone}.reload();`);
    await page.run(`await ${phone}.attemptVerification({ code: ${code} });`);
    expect(await page.run(`return (await ${phone}.reload()).verification.status;`)).toBe(
      'verified',
    );
    await page.run(`await ${phone}.setReservedForSecondFactor({ reserved: true });`);
    expect(await read('phoneNumbers[0].reservedForSecondFactor')).toBe(true);
    await page.run(`await ${phone}.destroy();`);
    expect(await read('phoneNumbers.length')).toBe(0);

    const created = await page.run('return (await user.createTOTP()).secret;');
    await page.run('await user.reload();');
    const totp = totpCode(String(created), Date.now());
    await page.run(`await user.verifyTOTP({ code: '${totp}' });`);
    expect(await read('totpEnabled')).toBe(true);
    await page.run('await user.createBackupCode();');
    expect(await read('backupCodeEnabled')).toBe(true);
    await page.run('await user.disableTOTP();');
    expect(await read('totpEnabled')).toBe(false);
  });

  test('a code by text message as the second factor', async () => {
    const { page } = await signedIn({ enable: ['phone_number', 'reverification'] });
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

  test('passkeys', async () => {
    const { page } = await signedIn({ enable: ['passkey', 'reverification'] });
    await page.addAuthenticator();
    const passkey = 'user.passkeys[0]';
    await page.run('await user.createPasskey();');
    expect(await page.run(`return (await user.reload()).passkeys.length;`)).toBe(1);
    await page.run(`await ${passkey}.update({ name: 'Laptop' });`);
    expect(await page.run(`return (await ${passkey}.reload()).name;`)).toBe('Laptop');
    await page.run("await session.startVerification({ level: 'first_factor' });");
    await page.run('await session.verifyWithPasskey();');
    expect(await page.run('return (await session.reload()).factorVerificationAge[0];')).toBe(0);

    await page.run('await session.remove();');
    await page.run("await client.signIn.authenticateWithPasskey({ flow: 'discoverable' });");
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
    await page.run('await client.signedInSessions[0].remove();');
    await page.run(`await client.signIn.create({ identifier: '${emailAddress}' });`);
    await page.run('await client.signIn.authenticateWithPasskey();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
    await page.run('await Clerk.setActive({ session: client.signedInSessions[0].id });');
    expect(await page.run(`return ${passkey}.lastUsedAt !== null;`)).toBe(true);
    await page.run(`await ${passkey}.delete();`);
    expect(await page.run('return (await user.reload()).passkeys.length;')).toBe(0);
  });

  test('web3 wallets', async () => {
    const { page } = await signedIn({ enable: ['web3_metamask'] });
    const wallet = new EthereumWallet();
    await page.addWallet(wallet);
    const own = 'user.web3Wallets[0]';
    await page.run(`await user.createWeb3Wallet({ web3Wallet: '${wallet.address}' });`);
    expect(await page.run('return (await user.reload()).web3Wallets.length;')).toBe(1);
    const message = await page.run(`
      const asked = await ${own}.prepareVerification({ strategy: 'web3_metamask_signature' });
      return asked.verification.message;`);
    expect(await page.run(`return (await ${own}.reload()).verification.status;`)).toBe(
      'unverified',
    );
    const signature = wallet.sign(String(message));
    await page.run(`await ${own}.attemptVerification({ signature: '${signature}' });`);
    expect(await page.run(`return (await user.reload()).primaryWeb3WalletId === ${own}.id;`)).toBe(
      true,
    );

    await page.run('await session.remove();');
    await page.run('await client.signIn.authenticateWithMetamask();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
    await page.run('await Clerk.setActive({ session: client.signedInSessions[0].id });');
    await page.run(`await ${own}.destroy();`);
    expect(await page.run('return (await user.reload()).web3Wallets.length;')).toBe(0);

    await page.run('await session.remove();');
    await page.run('await client.signUp.authenticateWithMetamask();');
    expect(await page.run('return (await client.signUp.reload()).web3wallet;')).toBe(
      wallet.address,
    );
  });

  test('the browser and the settings of the instance', async () => {
    const { page } = await signedIn();
    await page.run('await client.create();');
    expect(await page.run('return (await client.reload()).signedInSessions.length;')).toBe(1);
    await page.run('await Clerk.__internal_reloadInitialResources();');
  });

  test('sessions and reverification', async () => {
    const { page, userId } = await signedIn({ enable: ['multi_session', 'reverification'] });
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

  test('organizations and their members', async () => {
    const { page } = await signedIn();
    const eve = (await page.clerk.users.create({ email_address: ['eve@example.com'] })).id;
    const id = await page.run("return (await Clerk.createOrganization({ name: 'Acme' })).id;");
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: ${JSON.stringify(id)} });`);
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await organization.reload()).${property};`);
    expect(await read('name')).toBe('Acme');
    await page.run("await organization.update({ name: 'Acme Inc.' });");
    expect(await read('name')).toBe('Acme Inc.');
    await page.run('await organization.setLogo({ file: image });');
    expect(await read('hasImage')).toBe(true);
    await page.run('await organization.setLogo({ file: null });');
    expect(await read('hasImage')).toBe(false);

    const roles = 'return (await organization.getMemberships()).data.map((each) => each.role);';
    await page.run(`await organization.addMember({ userId: '${eve}', role: 'org:member' });`);
    expect(await page.run(roles)).toHaveLength(2);
    await page.run(`await organization.updateMember({ userId: '${eve}', role: 'org:admin' });`);
    expect(await page.run(roles)).toEqual(['org:admin', 'org:admin']);
    await page.run(`await organization.removeMember('${eve}');`);
    expect(await page.run(roles)).toHaveLength(1);

    const invited = 'return (await organization.getInvitations()).data.length;';
    await page.run(`await organization.inviteMember({
      emailAddress: 'bob@example.com', role: 'org:member' });`);
    expect(await page.run(invited)).toBe(1);
    await page.run(`await organization.inviteMembers({
      emailAddresses: ['carol@example.com'], role: 'org:member' });`);
    expect(await page.run(invited)).toBe(2);
    await page.run('await (await organization.getInvitations()).data[0].revoke();');
    expect(
      await page.run(
        "return (await organization.getInvitations({ status: ['revoked'] })).data.length;",
      ),
    ).toBe(1);
    await page.run('await organization.getRoles();');
    await page.run('await organization.getDomains();');
    await page.run('await organization.getMembershipRequests();');
    await page.run('await user.getOrganizationCreationDefaults();');
    await page.run('await user.getOrganizationSuggestions();');
    await page.run('await organization.destroy();');
    expect(await page.run('return (await user.getOrganizationMemberships()).data.length;')).toBe(0);
  });

  test('domains of an organization, and requests to join it', async () => {
    const { page } = await signedIn();
    const { clerk } = page;
    const id = String(await page.run("return (await Clerk.createOrganization({ name: 'A' })).id;"));
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: '${id}' });`);
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await organization.getDomains()).data[0]?.${property} ?? null;`);
    await page.run("await organization.createDomain('example.org');");
    expect(await read('name')).toBe('example.org');
    const domainId = JSON.stringify(await read('id'));
    const domain = `(await organization.getDomain({ domainId: ${domainId} }))`;
    const affiliationEmailAddress = "affiliationEmailAddress: 'admin@example.org'";
    await page.run(`
      const domain = ${domain};
      await domain.prepareAffiliationVerification({ ${affiliationEmailAddress} });`);
    expect(await read('affiliationEmailAddress')).toBe('admin@example.org');
    await page.run(`await ${domain}.attemptAffiliationVerification({ code: ${code} });`);
    expect(await read('affiliationVerification.status')).toBe('verified');
    await page.run(`
      await ${domain}.updateEnrollmentMode({ enrollmentMode: 'automatic_suggestion' });`);
    expect(await read('enrollmentMode')).toBe('automatic_suggestion');

    const requests = 'return (await organization.getMembershipRequests()).data';
    for (const [name, decision] of [
      ['eve', 'accept'],
      ['bob', 'reject'],
    ] as const) {
      const { browser } = await aColleague(clerk, `${name}@example.org`);
      const [suggestion] = await listed(browser, '/v1/me/organization_suggestions');
      await browser.call(`POST /v1/me/organization_suggestions/${suggestion?.id}/accept`, {});
      await page.run(`
        await (await organization.getMembershipRequests({ status: 'pending' })).data[0].${decision}();`);
      expect(await page.run(`${requests}[0].status;`)).toBe(`${decision}ed`);
    }

    await page.run(`await organization.prepareOwnershipVerification([${domainId}]);`);
    expect(await page.run(`return ${domain}.ownershipVerification.status;`)).toBe('unverified');
    await page.run(`await organization.attemptOwnershipVerification([${domainId}]);`);
    expect(await page.run(`return ${domain}.ownershipVerification.status;`)).toBe('verified');
    await page.run(`await ${domain}.delete();`);
    expect(await page.run('return (await organization.getDomains()).total_count;')).toBe(0);
  });

  test('an organization that is suggested to the user', async () => {
    const { page } = await signedIn();
    const { id } = await create(page.clerk, '/v1/organizations', { name: 'Acme' });
    const json = { name: 'example.com', enrollment_mode: 'automatic_suggestion', verified: true };
    await create(page.clerk, `/v1/organizations/${id}/domains`, json);
    await page.run('await (await user.getOrganizationSuggestions()).data[0].accept();');
    expect(await page.run('return (await user.getOrganizationSuggestions()).data[0].status;')).toBe(
      'accepted',
    );
  });

  test('a session that is pending until its user has an organization', async () => {
    const { page } = await signedIn({ enable: ['organization_required'] });
    const session = 'Clerk.client.signedInSessions[0]';
    expect(await page.run(`return [${session}.status, ${session}.currentTask.key];`)).toEqual([
      'pending',
      'choose-organization',
    ]);
    const id = String(await page.run("return (await Clerk.createOrganization({ name: 'A' })).id;"));
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: '${id}' });`);
    expect(await page.run('return (await session.reload()).status;')).toBe('active');
  });

  test('invitations to the user', async () => {
    const { page } = await signedIn();
    const { id } = await create(page.clerk, '/v1/organizations', { name: 'Acme' });
    const json = { email_address: emailAddress, role: 'org:member' };
    await create(page.clerk, `/v1/organizations/${id}/invitations`, json);
    await page.run('await (await user.getOrganizationInvitations()).data[0].accept();');
    const count = 'return (await user.getOrganizationMemberships()).data.length;';
    expect(await page.run(count)).toBe(1);
    await page.run(`await user.leaveOrganization('${id}');`);
    expect(await page.run(count)).toBe(0);
  });

  test('accounts at a provider', async () => {
    const { page } = await signedIn({ enable: ['oauth_google'] });
    const redirect = "redirectUrl: location.origin + '/sso-callback'";
    const url = await page.run(`
      const account = await user.createExternalAccount({ strategy: 'oauth_google', ${redirect} });
      return account.verification.externalVerificationRedirectURL.href;`);
    await choose(page.clerk, String(url), 'ada@gmail.com');
    expect(await page.run('return (await user.reload()).externalAccounts.length;')).toBe(1);
    await page.run(`await user.externalAccounts[0].reauthorize({ ${redirect} });`);
    await page.run('await user.reload();');
    await page.run('await user.externalAccounts[0].destroy();');
    expect(await page.run('return (await user.reload()).externalAccounts.length;')).toBe(0);
  });
});

const withoutEffect = [
  // Its effect is the browser's own.
  'POST /v1/dev_browser',
  // clerk-js finishes the registration at once; the passkey is read after that.
  'POST /v1/me/passkeys',
];

describe('the record', () => {
  test('has only valid responses', () => {
    expect(record.problems).toEqual([]);
  });

  test('reads back every change', () => {
    expect(record.notReadBack).toEqual([...withoutEffect].sort());
  });

  test('misses only what the SDK has no method for', async () => {
    const called = new Set(record.routes.map(shapeOf));
    const routes = (await routesOf(frontendApi)).map(shapeOf);
    const missed = operations
      .filter(({ api }) => api === 'Frontend API')
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => routes.includes(shapeOf(route)) && !called.has(shapeOf(route)));
    const reasons = Object.keys(httpOnly['Frontend API']).filter(
      (route) => !route.includes('.well-known') && !route.includes('interstitial'),
    );
    expect(missed.sort()).toEqual(reasons.sort());
  });

  // To write it again: npx vitest run test/sdk-calls -u
  test('is in clerk-js.txt', async () => {
    await expect(record.toString()).toMatchFileSnapshot('clerk-js.txt');
  });
});
