import { registered } from '../../frontend-api/support/passkeys.js';
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

/** The operations that change what a user may do. */
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
];
