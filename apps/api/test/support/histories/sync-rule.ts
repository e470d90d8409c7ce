import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import { decideSync, type ComparedRow } from '@populatte/nestjs-clerk-sync/src/core/sync-rule.js';

/** The personal data of a row. */
export type PersonalData = Pick<Profile, 'email' | 'name' | 'imageUrl'>;

/** The ban state of a row. */
export interface Ban {
  /** Milliseconds since the epoch; null: the user is not banned. */
  readonly bannedAt: number | null;
  /** The exact version that last said whether the user is banned; 0: none did. */
  readonly banVersion: number;
}

type LiveRow = Ban & {
  readonly state: 'live';
  readonly personalData: PersonalData;
  readonly version: number;
};

/** A row as the sync rule sees it; null: there is no row. */
export type Row = null | { readonly state: 'deleted' } | LiveRow;

/** The rule's result for an event: the row, the reported outcome, and whether it was written. */
export interface Result {
  readonly row: Row;
  readonly outcome: string;
  readonly wrote: boolean;
}

/**
 * Applies core's sync rule to a row. Other tests compare the rule with its table and with the SQL
 * statement; here, it is the model for whole histories.
 */
export function synced(row: Row, profile: Omit<Profile, 'clerkId'>): Result {
  const { email, name, imageUrl, version } = profile;
  const personalData = { email, name, imageUrl };
  const decision = decideSync(compared(row), { ...profile, clerkId: '' }, Date.now());
  const before = row?.state === 'live' ? row : null;
  const arrived: LiveRow = {
    state: 'live',
    personalData,
    version: version.at,
    ...banAfter(before, profile),
  };
  switch (decision) {
    case 'create':
      return { row: arrived, outcome: 'created', wrote: true };
    case 'update':
      return { row: arrived, outcome: 'updated', wrote: true };
    case 'advance version':
      return { row: arrived, outcome: 'unchanged', wrote: true };
    case 'change ban':
      return {
        row: before && {
          ...arrived,
          personalData: before.personalData,
          version: Math.max(before.version, version.at),
        },
        outcome:
          before !== null && samePersonalData(before.personalData, personalData)
            ? 'unchanged'
            : 'stale',
        wrote: true,
      };
    case 'unchanged':
    case 'stale':
    case 'ignored':
      return { row, outcome: decision, wrote: false };
  }
}

/**
 * The ban of a row that is written. A ban that is older than the row's version is obsolete, but its
 * version counts.
 */
function banAfter(before: LiveRow | null, { banned, version }: Omit<Profile, 'clerkId'>): Ban {
  const { bannedAt, banVersion } = before ?? { bannedAt: null, banVersion: 0 };
  if (banned === undefined || !version.exact || version.at <= banVersion) {
    return { bannedAt, banVersion };
  }
  const isKnown = banned === (bannedAt !== null);
  const isObsolete = banned && version.at < (before?.version ?? 0);
  if (isKnown || isObsolete) return { bannedAt, banVersion: version.at };
  return { bannedAt: banned ? version.at : null, banVersion: version.at };
}

function compared(row: Row): ComparedRow | null {
  if (row?.state !== 'live') return row;
  const { personalData, version, bannedAt, banVersion } = row;
  return { state: 'live', user: personalData, version, banVersion, revocations: { bannedAt } };
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

export function samePersonalData(one: PersonalData, other: PersonalData): boolean {
  return one.email === other.email && one.name === other.name && one.imageUrl === other.imageUrl;
}

export function sameRow(one: Row, other: Row): boolean {
  if (one?.state === 'live' && other?.state === 'live') {
    return (
      one.version === other.version &&
      one.bannedAt === other.bannedAt &&
      one.banVersion === other.banVersion &&
      samePersonalData(one.personalData, other.personalData)
    );
  }
  return one?.state === other?.state;
}
