import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Action } from './history.js';

function profileData(name: string, at: number): Extract<Action, { kind: 'webhook' }>['data'] {
  return {
    email: `ada@${emailDomain}`,
    name: `${name} ${familyName}`,
    imageUrl: null,
    version: { at, exact: true },
  };
}

/** A user is created, updated, updated again and deleted, as Clerk's webhooks report it. */
export const lifecycle = [
  { kind: 'webhook', type: 'user.created', data: profileData('Ada', 0) },
  { kind: 'webhook', type: 'user.updated', data: profileData('Ada L.', 1_000) },
  { kind: 'webhook', type: 'user.updated', data: profileData('Ada Lovelace', 2_000) },
  { kind: 'deletion' },
] as const satisfies readonly Action[];
