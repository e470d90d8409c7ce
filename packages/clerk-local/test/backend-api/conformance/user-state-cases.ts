import { aSignedInBrowser } from '../../frontend-api/support/browser-client.js';
import { NativeDevice } from '../../frontend-api/support/devices.js';
import { registered } from '../../frontend-api/support/passkeys.js';
import { aWalletOwner } from '../../frontend-api/support/wallets.js';
import type { ClerkLocal } from '../../../src/index.js';
import { anImage, aUser, succeeds, type ConformanceCase } from './setup.js';

const user = async (clerk: ClerkLocal): Promise<{ user_id: string }> => ({
  user_id: await aUser(clerk),
});

async function aPasskey(
  clerk: ClerkLocal,
): Promise<{ user_id: string; passkey_identification_id: string }> {
  const { id } = await registered(clerk);
  const [owner] = await clerk.users.list();
  return { user_id: owner?.id ?? '', passkey_identification_id: id };
}

async function aWallet(
  clerk: ClerkLocal,
): Promise<{ user_id: string; web3_wallet_identification_id: string }> {
  const { id } = await aWalletOwner(clerk);
  const [owner] = await clerk.users.list();
  return { user_id: owner?.id ?? '', web3_wallet_identification_id: id };
}

async function aDevice(clerk: ClerkLocal): Promise<{ user_id: string; trusted_device_id: string }> {
  const { browser } = await aSignedInBrowser(clerk);
  const id = await new NativeDevice().enrol(browser);
  const [owner] = await clerk.users.list();
  return { user_id: owner?.id ?? '', trusted_device_id: id };
}

/** The operations on a user's state, such as bans and locks. */
export const userStateCases: readonly ConformanceCase[] = [
  ...['ban', 'unban', 'lock', 'unlock'].map((action) =>
    succeeds(`POST /v1/users/{user_id}/${action}`, user),
  ),
  ...['ban', 'unban'].map((action) =>
    succeeds(`POST /v1/users/${action}`, async (clerk) => ({
      json: { user_ids: [await aUser(clerk)] },
    })),
  ),
  succeeds('POST /v1/users/{user_id}/verify_password', async (clerk) => ({
    ...(await user(clerk)),
    json: { password: 'correct horse' },
  })),
  succeeds('POST /v1/users/{user_id}/remove_password', user),
  succeeds('POST /v1/users/{user_id}/profile_image', async (clerk) => ({
    ...(await user(clerk)),
    multipart: anImage(),
  })),
  succeeds('DELETE /v1/users/{user_id}/profile_image', user),
  succeeds('GET /v1/users/{user_id}/organization_memberships', user),
  succeeds('GET /v1/users/{user_id}', aPasskey),
  succeeds('DELETE /v1/users/{user_id}/passkeys/{passkey_identification_id}', aPasskey),
  succeeds('GET /v1/users/{user_id}', aWallet),
  succeeds('DELETE /v1/users/{user_id}/web3_wallets/{web3_wallet_identification_id}', aWallet),
  succeeds('GET /v1/users/{user_id}/trusted_devices', aDevice),
  succeeds('DELETE /v1/users/{user_id}/trusted_devices/{trusted_device_id}', aDevice),
];
