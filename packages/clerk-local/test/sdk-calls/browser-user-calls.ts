import { expect, test } from 'vitest';
import { totpCode } from '../../src/domain/users/totp.js';
import { choose } from '../frontend-api/conformance/provider-cases.js';
import { EthereumWallet } from '../support/wallets.js';
import { code, emailAddress, password, type RecordedBrowser } from './recorded-browser.js';

/** Calls the operations by which users change their profile and their ways to sign in. */
export function userCalls(browser: RecordedBrowser): void {
  test('the profile', async () => {
    const { page, userId } = await browser.signedIn();
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
    const { page } = await browser.signedIn({ enable: ['phone_number'] });
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

  test('passkeys', async () => {
    const { page } = await browser.signedIn({ enable: ['passkey', 'reverification'] });
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
    const { page } = await browser.signedIn({ enable: ['web3_metamask'] });
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

  test('accounts at a provider', async () => {
    const { page } = await browser.signedIn({ enable: ['oauth_google'] });
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
}
