import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/people.js';
import type { What } from './history.js';

function told(name: string, at: number): Extract<What, { kind: 'webhook' }>['told'] {
  return {
    email: `ada@${emailDomain}`,
    name: `${name} ${familyName}`,
    imageUrl: null,
    version: { at, exact: true },
  };
}

/** A user is created, updated, updated again and deleted, as Clerk's webhooks report it. */
export const story = [
  { kind: 'webhook', type: 'user.created', told: told('Ada', 0) },
  { kind: 'webhook', type: 'user.updated', told: told('Ada L.', 1_000) },
  { kind: 'webhook', type: 'user.updated', told: told('Ada Lovelace', 2_000) },
  { kind: 'deletion' },
] as const satisfies readonly What[];
