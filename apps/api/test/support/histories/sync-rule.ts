import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import { decideSync, type ComparedRow } from '@populatte/nestjs-clerk-sync/src/core/sync-rule.js';

/** A person as a row has one. */
export type Person = Omit<Profile, 'clerkId' | 'version'>;

/** A row as the sync rule sees it; null: there is none. */
export type Row =
  | null
  | { readonly state: 'deleted' }
  | { readonly state: 'live'; readonly person: Person; readonly version: number };

/** What the rule makes of an event: the row, what is said about it, and whether that was written. */
export interface Result {
  readonly row: Row;
  readonly outcome: string;
  readonly wrote: boolean;
}

/**
 * What core's sync rule makes of a row. Its own tests hold the rule against its table and against the
 * SQL statement; here it is the model that whole histories are held against.
 */
export function synced(row: Row, profile: Omit<Profile, 'clerkId'>): Result {
  const { email, name, imageUrl, version } = profile;
  const arrived = {
    state: 'live',
    person: { email, name, imageUrl },
    version: version.at,
  } as const;
  const decision = decideSync(compared(row), { ...profile, clerkId: '' }, Date.now());
  switch (decision) {
    case 'create':
      return { row: arrived, outcome: 'created', wrote: true };
    case 'update':
      return { row: arrived, outcome: 'updated', wrote: true };
    case 'advance version':
    case 'change ban':
      return { row: arrived, outcome: 'unchanged', wrote: true };
    case 'unchanged':
    case 'stale':
    case 'ignored':
      return { row, outcome: decision, wrote: false };
  }
}

function compared(row: Row): ComparedRow | null {
  return row?.state === 'live' ? { state: 'live', user: row.person, version: row.version } : row;
}

/** The rule for a deletion. */
export function deleted(row: Row): Result {
  const before = row?.state === 'deleted';
  return {
    row: { state: 'deleted' },
    outcome: before ? 'ignored' : 'deleted',
    wrote: !before,
  };
}

export function samePerson(one: Person, other: Person): boolean {
  return one.email === other.email && one.name === other.name && one.imageUrl === other.imageUrl;
}

export function sameRow(one: Row, other: Row): boolean {
  if (one?.state === 'live' && other?.state === 'live') {
    return one.version === other.version && samePerson(one.person, other.person);
  }
  return one?.state === other?.state;
}
