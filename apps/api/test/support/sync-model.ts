import type { Profile } from '../../src/core/users/profile.js';

/** What may happen to one person's row. */
export type SyncEvent =
  { readonly kind: 'profile'; readonly profile: Profile } | { readonly kind: 'deletion' };

/** A row as the sync rule sees it; null: there is none. */
export type ModelRow =
  | null
  | { readonly state: 'deleted' }
  | {
      readonly state: 'live';
      readonly profile: Omit<Profile, 'version'>;
      readonly version: number;
    };

export interface Step {
  readonly row: ModelRow;
  readonly outcome: string;
}

/**
 * The sync rule as a table reads: a reference to test adapters against, written without looking at
 * how they do it.
 */
export function applyEvent(row: ModelRow, event: SyncEvent): Step {
  if (row?.state === 'deleted') return { row, outcome: 'ignored' };
  if (event.kind === 'deletion') return { row: { state: 'deleted' }, outcome: 'deleted' };

  const { version, ...profile } = event.profile;
  const arrived = { state: 'live', profile, version: version.at } as const;
  if (row === null) return { row: arrived, outcome: 'created' };

  const same = JSON.stringify(profile) === JSON.stringify(row.profile);
  if (version.at <= row.version) return { row, outcome: same ? 'unchanged' : 'stale' };
  if (!same) return { row: arrived, outcome: 'updated' };
  return { row: version.exact ? arrived : row, outcome: 'unchanged' };
}

/** @returns what the row is after all events, in this order */
export function modelRow(events: readonly SyncEvent[]): ModelRow {
  return events.reduce<ModelRow>((row, event) => applyEvent(row, event).row, null);
}

/** @returns every order of a few things */
export function permutations<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((thing, index) =>
    permutations([...things.slice(0, index), ...things.slice(index + 1)]).map((rest) => [
      thing,
      ...rest,
    ]),
  );
}
