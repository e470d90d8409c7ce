import type { Profile } from '../../../src/core/users/profile.js';

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
 * The sync rule as its table reads: a reference to test the real thing against, written without
 * looking at how that does it.
 */
export function synced(
  row: Row,
  { version, email, name, imageUrl }: Omit<Profile, 'clerkId'>,
): Result {
  if (row?.state === 'deleted') return { row, outcome: 'ignored', wrote: false };
  const arrived = {
    state: 'live',
    person: { email, name, imageUrl },
    version: version.at,
  } as const;
  if (row === null) return { row: arrived, outcome: 'created', wrote: true };

  const same = samePerson(arrived.person, row.person);
  if (version.at <= row.version) {
    return { row, outcome: same ? 'unchanged' : 'stale', wrote: false };
  }
  if (!same) return { row: arrived, outcome: 'updated', wrote: true };
  return { row: version.exact ? arrived : row, outcome: 'unchanged', wrote: version.exact };
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
