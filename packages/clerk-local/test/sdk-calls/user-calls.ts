import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { totpCode } from '../../src/domain/users/totp.js';
import { withAccount } from '../frontend-api/conformance/provider-cases.js';
import { ada, BrowserClient } from '../frontend-api/support/browser-client.js';
import { EthereumWallet } from '../support/wallets.js';
import { anImage, emailAddress, redeem, withUser } from './backend-setup.js';
import { registered } from '../frontend-api/support/passkeys.js';
import type { CallRecord } from './call-record.js';
import { aRecordedBackend } from './recorded-backend.js';

const secret = 'JBSWY3DPEHPK3PXP';

/** Calls the operations on users, their identifications, sessions and tickets. */
export function userCalls(record: CallRecord): void {
  test('users', async () => {
    const { sdk } = await aRecordedBackend(record);
    const { users } = sdk;
    const { id } = await users.createUser({ emailAddress: [emailAddress], password: ada.password });
    expect((await users.getUserList()).data.map((each) => each.id)).toEqual([id]);
    expect(await users.getCount()).toBe(1);
    await users.updateUser(id, { firstName: 'Augusta' });
    expect((await users.getUser(id)).firstName).toBe('Augusta');
    await users.updateUserMetadata(id, { publicMetadata: { plan: 'free' } });
    expect((await users.getUser(id)).publicMetadata).toEqual({ plan: 'free' });
    await users.replaceUserMetadata(id, { publicMetadata: { role: 'admin' } });
    expect((await users.getUser(id)).publicMetadata).toEqual({ role: 'admin' });
    await users.updateUserProfileImage(id, { file: anImage() });
    expect((await users.getUser(id)).hasImage).toBe(true);
    await users.deleteUserProfileImage(id);
    expect((await users.getUser(id)).hasImage).toBe(false);
    await users.replaceUserEmailAddress(id, { emailAddress: 'countess@example.com' });
    expect((await users.getUser(id)).emailAddresses.map((each) => each.emailAddress)).toEqual([
      'countess@example.com',
    ]);
    await users.replaceUserPhoneNumber(id, { phoneNumber: '+15555550100' });
    expect((await users.getUser(id)).phoneNumbers.map((each) => each.phoneNumber)).toEqual([
      '+15555550100',
    ]);
    await users.deleteUser(id);
    expect(await users.getCount()).toBe(0);
  });

  test('what a user may do', async () => {
    const { sdk, userId, clerk } = await withUser(record);
    const { users } = sdk;
    await clerk.createSession(userId);
    await users.banUser(userId);
    expect((await users.getUser(userId)).banned).toBe(true);
    await users.unbanUser(userId);
    expect((await users.getUser(userId)).banned).toBe(false);
    await users.lockUser(userId);
    expect((await users.getUser(userId)).locked).toBe(true);
    await users.unlockUser(userId);
    expect((await users.getUser(userId)).locked).toBe(false);
  });

  test('passwords and second factors', async () => {
    const { sdk, clerk } = await aRecordedBackend(record);
    const { users } = sdk;
    const { id: userId } = await users.createUser({
      emailAddress: [emailAddress],
      password: ada.password,
      totpSecret: secret,
      backupCodes: ['a-code'],
    });
    const { password } = ada;
    expect(await users.verifyPassword({ userId, password })).toMatchObject({ verified: true });
    const code = totpCode(secret, Date.now());
    expect(await users.verifyTOTP({ userId, code })).toMatchObject({ verified: true });
    await users.deleteUserBackupCodes(userId);
    expect((await users.getUser(userId)).backupCodeEnabled).toBe(false);
    await users.deleteUserTOTP(userId);
    expect((await users.getUser(userId)).totpEnabled).toBe(false);
    await users.updateUser(userId, { totpSecret: secret });
    expect((await users.getUser(userId)).twoFactorEnabled).toBe(true);
    await users.disableUserMFA(userId);
    expect((await users.getUser(userId)).twoFactorEnabled).toBe(false);
    const signIn = async (): Promise<number> =>
      (
        await (
          await BrowserClient.register(clerk)
        ).call('POST /v1/client/sign_ins', {
          identifier: emailAddress,
          password,
        })
      ).status;
    await users.setPasswordCompromised(userId);
    expect(await signIn()).toBe(422);
    record.readElsewhere();
    await users.unsetPasswordCompromised(userId);
    expect(await signIn()).toBe(200);
    record.readElsewhere();
    await users.removePassword(userId);
    expect((await users.getUser(userId)).passwordEnabled).toBe(false);
  });

  test('passkeys', async () => {
    const { sdk, clerk } = await aRecordedBackend(record, { enable: ['passkey'] });
    const { id: passkeyIdentificationId } = await registered(clerk);
    const userId = (await sdk.users.getUserList()).data[0]?.id ?? '';
    await sdk.users.deleteUserPasskey({ userId, passkeyIdentificationId });
    await sdk.users.getUser(userId);
    expect((await clerk.users.get(userId)).passkeys).toEqual([]);
  });

  test('web3 wallets', async () => {
    const { sdk } = await aRecordedBackend(record);
    const web3Wallet = [new EthereumWallet().address];
    const fields = { emailAddress: [emailAddress], password: ada.password, web3Wallet };
    const { id: userId, web3Wallets } = await sdk.users.createUser(fields);
    const web3WalletIdentificationId = web3Wallets[0]?.id ?? '';
    expect((await sdk.users.getUser(userId)).primaryWeb3WalletId).toBe(web3WalletIdentificationId);
    await sdk.users.deleteUserWeb3Wallet({ userId, web3WalletIdentificationId });
    expect((await sdk.users.getUser(userId)).web3Wallets).toEqual([]);
  });

  test('email addresses and phone numbers', async () => {
    const { sdk, userId } = await withUser(record);
    const { emailAddresses, phoneNumbers, users } = sdk;
    const email = await emailAddresses.createEmailAddress({
      userId,
      emailAddress: 'countess@example.com',
    });
    expect((await emailAddresses.getEmailAddress(email.id)).verification).toBeNull();
    await emailAddresses.updateEmailAddress(email.id, { verified: true, primary: true });
    expect((await users.getUser(userId)).primaryEmailAddressId).toBe(email.id);
    await emailAddresses.deleteEmailAddress(email.id);
    expect((await users.getUser(userId)).emailAddresses).toHaveLength(1);

    const phone = await phoneNumbers.createPhoneNumber({ userId, phoneNumber: '+15555550100' });
    expect((await phoneNumbers.getPhoneNumber(phone.id)).phoneNumber).toBe('+15555550100');
    await phoneNumbers.updatePhoneNumber(phone.id, { verified: true, primary: true });
    expect((await users.getUser(userId)).primaryPhoneNumberId).toBe(phone.id);
    await phoneNumbers.deletePhoneNumber(phone.id);
    expect((await users.getUser(userId)).phoneNumbers).toEqual([]);
  });

  test('sessions and their tokens', async () => {
    const { sdk, userId, clerk } = await withUser(record);
    const { sessions, jwtTemplates } = sdk;
    const { id } = await sessions.createSession({ userId });
    expect((await sessions.getSessionList({ userId })).data.map((each) => each.id)).toEqual([id]);
    await jwtTemplates.create({ name: 'hasura', claims: { role: 'user' } });
    expect((await jwtTemplates.list()).data).toHaveLength(1);
    expect((await sessions.getToken(id)).jwt).toMatch(/^ey/);
    expect((await sessions.getToken(id, 'hasura')).jwt).toMatch(/^ey/);
    const refresh_token = createHmac('sha256', clerk.secretKey)
      .update(`refresh ${id}`)
      .digest('base64url');
    const { jwt } = await sessions.refreshSession(id, {
      expired_token: await clerk.sessionToken({ userId, sessionId: id }),
      refresh_token,
      request_origin: 'http://localhost:3000',
      format: 'token',
    });
    expect(jwt).toMatch(/^ey/);
    await sessions.revokeSession(id);
    expect((await sessions.getSession(id)).status).toBe('revoked');
  });

  test('browsers and sign-ups', async () => {
    const { sdk, clerk, userId } = await withUser(record);
    const browser = await BrowserClient.register(clerk);
    const sessionId = await browser.signIn();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Clerk still publishes the operation
    const { data } = await sdk.clients.getClientList();
    const id = data[0]?.id ?? '';
    expect((await sdk.clients.getClient(id)).sessionIds).toEqual([sessionId]);
    const token = await clerk.sessionToken({ userId, sessionId });
    expect((await sdk.clients.verifyClient(token)).id).toBe(id);

    const signingUp = await BrowserClient.register(clerk);
    const path = await signingUp.startSignUp({ email_address: 'countess@example.com' });
    const signUpAttemptId = path.split('/').at(-1) ?? '';
    await sdk.signUps.update({ signUpAttemptId, externalId: 'ext_1' });
    expect((await sdk.signUps.get(signUpAttemptId)).externalId).toBe('ext_1');
  });

  test('tickets and invitations', async () => {
    const { sdk, clerk, userId } = await withUser(record);
    expect((await sdk.testingTokens.createTestingToken()).token).not.toBe('');
    const signIn = await sdk.signInTokens.createSignInToken({ userId, expiresInSeconds: 60 });
    expect(await redeem(clerk, signIn.token)).toBe(200);
    record.readElsewhere();
    const other = await sdk.signInTokens.createSignInToken({ userId, expiresInSeconds: 60 });
    await sdk.signInTokens.revokeSignInToken(other.id);
    expect(await redeem(clerk, other.token)).toBe(400);
    record.readElsewhere();
    const act = { userId, actor: { sub: 'user_admin' }, expiresInSeconds: 60 };
    const actor = await sdk.actorTokens.create(act);
    expect(await redeem(clerk, actor.token ?? '')).toBe(200);
    record.readElsewhere();
    const revoked = await sdk.actorTokens.create(act);
    await sdk.actorTokens.revoke(revoked.id);
    expect(await redeem(clerk, revoked.token ?? '')).toBe(400);
    record.readElsewhere();

    const { invitations } = sdk;
    const { id } = await invitations.createInvitation({ emailAddress: 'eve@example.com' });
    expect((await invitations.getInvitationList()).data.map((each) => each.id)).toEqual([id]);
    await invitations.createInvitationBulk([{ emailAddress: 'bob@example.com' }]);
    expect((await invitations.getInvitationList()).totalCount).toBe(2);
    await invitations.revokeInvitation(id);
    expect((await invitations.getInvitationList({ status: 'revoked' })).totalCount).toBe(1);
  });

  test('accounts at a provider', async () => {
    const { sdk, clerk } = await aRecordedBackend(record, { enable: ['oauth_google'] });
    await withAccount(clerk);
    const { data: list } = await sdk.users.getUserList();
    const [account] = list[0]?.externalAccounts ?? [];
    const userId = list[0]?.id ?? '';
    const tokens = await sdk.users.getUserOauthAccessToken(userId, 'google');
    expect(tokens.data[0]?.externalAccountId).toBe(account?.id);
    await sdk.users.deleteUserExternalAccount({ userId, externalAccountId: account?.id ?? '' });
    expect((await sdk.users.getUser(userId)).externalAccounts).toEqual([]);
  });
}
