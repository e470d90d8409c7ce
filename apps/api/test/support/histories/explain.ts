import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import {
  type RevocableSession,
  revocationOf,
} from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import {
  deleted,
  samePersonalData,
  sameRow,
  synced,
  type PersonalData,
  type Result,
  type Row,
} from './sync-rule.js';

/** An event of one user, with versions in milliseconds since the epoch. */
export type UserEvent =
  | {
      readonly kind: 'profile';
      readonly profile: Omit<Profile, 'clerkId'>;
      /** The session of a request. */
      readonly session?: RevocableSession;
    }
  | { readonly kind: 'deletion' }
  | { readonly kind: 'session end'; readonly sessionId: string }
  /** A request whose token carries no profile. */
  | { readonly kind: 'bare'; readonly session: RevocableSession };

/** The stored state of a user. */
export interface State {
  readonly row: Row;
  /** Sorted. */
  readonly endedSessions: readonly string[];
}

/** An event's result, and the stored state after it. */
type StateResult = Omit<Result, 'row'> & State;

/** The response; a driver that cannot observe one of its members omits it. */
export interface Answer {
  /**
   * The sync's outcome, or why a request was refused. `ignored`: as deleted; `unknown`: Clerk has
   * no such user.
   */
  readonly outcome?: string;
  readonly user?: PersonalData & { readonly id: string };
}

export interface Answered {
  readonly event: UserEvent;
  readonly answer: Answer;
}

/** The observations of concurrent events of one user. */
export interface Burst {
  readonly before: State;
  readonly answered: readonly Answered[];
  /** The response of Clerk's Backend API during the events; null: there is no such user. */
  readonly clerk: Omit<Profile, 'clerkId'> | null;
  readonly after: State;
  /** Whether the row was written. */
  readonly wrote: boolean;
}

/**
 * Whether some sequential order of concurrent events explains these responses and this final row
 * under the sync rule. The search visits each pair of an event set and a row once, so its time
 * grows with 2ⁿ, not with n!.
 */
export function isExplained(burst: Burst): boolean {
  const all = 2 ** burst.answered.length - 1;
  const seen = new Set<string>();

  const search = (done: number, state: State, wrote: boolean): boolean => {
    if (done === all) return sameState(state, burst.after) && wrote === burst.wrote;
    const key = `${done} ${wrote} ${JSON.stringify(state)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return burst.answered.some(
      ({ event, answer }, index) =>
        (done & (1 << index)) === 0 &&
        results(state, event, burst).some(
          (result) =>
            agrees(result, answer, counting(event, burst)) &&
            search(done | (1 << index), stateOf(result), wrote || result.wrote),
        ),
    );
  };
  return search(0, burst.before, false);
}

/** @returns the possible results of an event; several if a request reads before it writes */
export function results(
  { row, endedSessions }: State,
  event: UserEvent,
  { before, clerk }: Pick<Burst, 'before' | 'clerk'>,
): StateResult[] {
  switch (event.kind) {
    case 'profile':
      return [admitted({ ...synced(row, event.profile), endedSessions }, event.session)];
    case 'deletion':
      return [{ ...deleted(row), endedSessions }];
    case 'session end': {
      const ended = [...new Set([...endedSessions, event.sessionId])].sort();
      return [{ row, endedSessions: ended, outcome: 'session_ended', wrote: false }];
    }
    case 'bare':
      return [
        ...(row === null ? [] : [asItStands(row)]),
        // It may have found no row at first, and called Clerk while others wrote.
        ...(before.row !== null
          ? []
          : [clerk === null ? { row, outcome: 'unknown', wrote: false } : synced(row, clerk)]),
      ].map((result) => admitted({ ...result, endedSessions }, event.session));
  }
}

/** The session is checked last, after the sync. */
function admitted(result: StateResult, session: RevocableSession | undefined): StateResult {
  const { row, endedSessions } = result;
  if (session === undefined || row?.state !== 'live') return result;
  const refusal = revocationOf({ bannedAt: row.bannedAt, endedSessions }, session);
  return refusal === null ? result : { ...result, outcome: refusal };
}

function stateOf({ row, endedSessions }: StateResult): State {
  return { row, endedSessions };
}

function sameState(one: State, other: State): boolean {
  return sameRow(one.row, other.row) && one.endedSessions.join() === other.endedSessions.join();
}

function asItStands(row: NonNullable<Row>): Result {
  return { row, outcome: row.state === 'live' ? 'unchanged' : 'ignored', wrote: false };
}

/**
 * How precisely an outcome is known while other events run concurrently:
 *
 * - `written`: the statement compares with the row in its snapshot, so a racing write may report
 *   `updated` or `unchanged`, and a racing ban `stale`;
 * - `shared`: requests that wait for the same creation share its outcome.
 */
type Counting = 'exact' | 'written' | 'shared';

function counting(event: UserEvent, { answered, before }: Burst): Counting {
  if (answered.length < 2) return 'exact';
  return event.kind === 'bare' && before.row === null ? 'shared' : 'written';
}

const anyOf: Readonly<Record<Counting, readonly string[]>> = {
  exact: [],
  written: ['updated', 'unchanged', 'stale'],
  shared: ['created', 'updated', 'unchanged', 'stale'],
};

/** Whether a response matches a result. */
function agrees({ row, outcome, wrote }: StateResult, answer: Answer, count: Counting): boolean {
  const alike = wrote || count === 'shared' ? anyOf[count] : [];
  const right =
    answer.outcome === undefined ||
    answer.outcome === outcome ||
    (alike.includes(outcome) && alike.includes(answer.outcome));
  if (!right) return false;
  if (answer.user === undefined) return true;
  const isRefused = outcome === 'user_banned' || outcome === 'session_ended';
  return !isRefused && row?.state === 'live' && samePersonalData(answer.user, row.personalData);
}
