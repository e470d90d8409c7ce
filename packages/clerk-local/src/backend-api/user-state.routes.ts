import { Hono } from 'hono';
import { z } from 'zod';
import type { Services } from '../domain/services/services.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import { flag, stringList } from '../domain/shared/parameters.js';
import { verifyPassword } from '../domain/users/password.js';
import { countedPageOf, optionalPageOf, parseBody, parseListQuery } from '../http/request.js';
import { uploadedImage } from '../http/uploaded-image.js';

const userIdsSchema = z.strictObject({
  user_ids: stringList.pipe(z.array(z.string()).min(1).max(50)),
});
const passwordSchema = z.strictObject({ password: z.string() });
const compromisedSchema = z.strictObject({ revoke_all_sessions: flag.nullish() });
const removePasswordSchema = z.strictObject({ sign_out_of_other_sessions: flag.nullish() });

/** The operations below `/v1/users` that change what a user may do: bans, locks, passwords, images. */
export function userStateRoutes({
  users,
  organizations,
  passkeys,
  wallets,
  trustedDevices,
}: Pick<Services, 'users' | 'organizations' | 'passkeys' | 'wallets' | 'trustedDevices'>): Hono {
  const routes = new Hono();
  for (const action of ['ban', 'unban'] as const) {
    routes.post(`/${action}`, async (context) => {
      const { user_ids } = await parseBody(context, userIdsSchema);
      for (const id of user_ids) users.get(id);
      const changed = [];
      for (const id of user_ids) changed.push(await users[action](id));
      return context.json(changed);
    });
    routes.post(`/:id/${action}`, async (context) => {
      return context.json(await users[action](context.req.param('id')));
    });
  }
  for (const [action, locked] of [
    ['lock', true],
    ['unlock', false],
  ] as const) {
    routes.post(`/:id/${action}`, async (context) => {
      const id = context.req.param('id');
      return context.json(await users.change(id, (user) => ({ ...user, locked })));
    });
  }
  routes.post('/:id/verify_password', async (context) => {
    const { passwordHash } = users.directory.get(context.req.param('id'));
    const { password } = await parseBody(context, passwordSchema);
    if (passwordHash === null) throw noPassword();
    if (!(await verifyPassword(password, passwordHash))) throw incorrectPassword();
    return context.json({ verified: true });
  });
  routes.post('/:id/remove_password', async (context) => {
    const id = context.req.param('id');
    const fields = await parseBody(context, removePasswordSchema);
    return context.json(await users.removePassword(id, fields.sign_out_of_other_sessions === true));
  });
  for (const [action, compromised] of [
    ['set_compromised', true],
    ['unset_compromised', false],
  ] as const) {
    routes.post(`/:id/password/${action}`, async (context) => {
      const fields = await parseBody(context, compromisedSchema);
      const { id, passwordHash } = users.directory.get(context.req.param('id'));
      if (passwordHash === null) throw noPassword();
      if (fields.revoke_all_sessions === true) users.signOut(id);
      return context.json(
        await users.change(id, (user) => ({ ...user, passwordCompromised: compromised })),
      );
    });
  }
  routes.delete('/:id/external_accounts/:accountId', async (context) => {
    const { id, accountId } = context.req.param();
    await users.removeExternalAccount(id, accountId);
    return context.json({ object: 'external_account', id: accountId, deleted: true });
  });
  routes.delete('/:id/passkeys/:passkeyIdentificationId', async (context) => {
    const { id, passkeyIdentificationId } = context.req.param();
    await passkeys.remove(id, passkeyIdentificationId);
    return context.json({ object: 'passkey', id: passkeyIdentificationId, deleted: true });
  });
  routes.delete('/:id/web3_wallets/:web3WalletIdentificationId', async (context) => {
    const { id, web3WalletIdentificationId } = context.req.param();
    await wallets.remove(id, web3WalletIdentificationId);
    return context.json({ object: 'web3_wallet', id: web3WalletIdentificationId, deleted: true });
  });
  routes.get('/:id/trusted_devices', (context) => {
    const data = trustedDevices.list(context.req.param('id'));
    return context.json({ data, total_count: data.length });
  });
  routes.delete('/:id/trusted_devices/:trustedDeviceId', async (context) => {
    const { id, trustedDeviceId } = context.req.param();
    return context.json(await trustedDevices.revoke(id, trustedDeviceId));
  });
  routes.get('/:id/oauth_access_tokens/:provider', (context) => {
    const { id, provider } = context.req.param();
    parseListQuery(context, {});
    const { externalAccounts } = users.directory.get(id);
    const tokens = externalAccounts
      .filter(
        (account) => `oauth_${account.provider}` === provider.replace(/^(?!oauth_)/, 'oauth_'),
      )
      .map((account) => ({
        object: 'oauth_access_token',
        external_account_id: account.id,
        provider_user_id: account.providerUserId,
        token: `local_${account.id}`,
        expires_at: null,
        provider: `oauth_${account.provider}`,
        public_metadata: {},
        label: null,
        scopes: ['email', 'openid', 'profile'],
      }));
    return context.json(optionalPageOf(context, tokens));
  });
  routes.post('/:id/profile_image', async (context) => {
    const id = context.req.param('id');
    users.get(id);
    return context.json(await users.setImage(id, await uploadedImage(context)));
  });
  routes.delete('/:id/profile_image', async (context) => {
    return context.json(await users.setImage(context.req.param('id'), null));
  });
  routes.get('/:id/organization_memberships', (context) => {
    const { id } = users.get(context.req.param('id'));
    parseListQuery(context, {});
    return context.json(countedPageOf(context, organizations.members.list({ userId: id })));
  });
  return routes;
}

function noPassword(): Error {
  return new ClerkApiError(400, 'no_password_set', 'no password set', {
    longMessage: 'The user does not have a password set.',
  });
}

function incorrectPassword(): Error {
  return new ClerkApiError(422, 'incorrect_password', 'incorrect password', {
    longMessage: 'The provided password is incorrect.',
  });
}
