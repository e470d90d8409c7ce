import fc from 'fast-check';
import { anyPersonalData } from './any-history.js';
import type { Action, History, HistoryEvent, ProfileData, SessionIndex, Step } from './history.js';
import type { PersonalData } from './sync-rule.js';

/** The user's final state at Clerk; null: deleted. */
export type Newest = (PersonalData & { readonly banned: boolean }) | null;

/** Histories derived from users' lives at Clerk, and each user's final state there. */
export interface Lives {
  readonly history: History;
  readonly newest: readonly Newest[];
}

/**
 * Milliseconds between two changes; some are within one second, which is the resolution of tokens.
 */
const betweenChanges = 700;

/** Its position in the order of arrival. */
const arrival = fc.record({
  order: fc.nat({ max: 1_000 }),
  driver: fc.constantFrom(0 as const, 1 as const),
});

const token = fc.record({
  arrival,
  /** The change after which it was issued. */
  change: fc.nat({ max: 3 }),
  /** How long after that change, in milliseconds. */
  later: fc.nat({ max: betweenChanges - 1 }),
  session: fc.constantFrom<SessionIndex>(0, 1),
  carries: fc.constantFrom('updatedAt' as const, 'iat' as const, 'no profile' as const),
});

const life = fc.record({
  changes: fc.array(
    fc.record({
      personalData: anyPersonalData,
      banned: fc.boolean(),
      arrivals: fc.array(arrival, { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
  deletion: fc.option(fc.array(arrival, { minLength: 1, maxLength: 2 }), { freq: 2 }),
  tokens: fc.array(token, { maxLength: 5, size: 'max' }),
  /** Whether webhooks are lost, so that reconciliation repairs the rows at the end. */
  lost: fc.boolean(),
});
type Life = Arbitrated<typeof life>;
type Arbitrated<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * Everything is up to date when it leaves Clerk: a token carries the profile at its time of issue, a
 * webhook the profile after a change, and a banned user gets no token. It may arrive in any order,
 * late, twice or concurrently.
 */
export const someLives: fc.Arbitrary<Lives> = fc
  .record({
    lives: fc.array(life, { minLength: 1, maxLength: 3, size: 'max' }),
    atOnce: fc.constantFrom(1, 4, 100),
  })
  .map(({ lives, atOnce }) => {
    const arrivals = lives.flatMap((each, who) => arrivalsOf(each, who));
    const steps = arrivals.sort((one, other) => one.order - other.order).map(({ step }) => step);
    const bursts = Array.from(
      { length: Math.ceil(steps.length / atOnce) },
      (_, index): HistoryEvent => ({
        kind: 'burst',
        steps: steps.slice(index * atOnce, (index + 1) * atOnce),
      }),
    );
    const newest = lives.map(newestOf);
    const events = [...lives.map(backendApi), ...bursts, reconciliation(lives)];
    return { history: { users: lives.length, events }, newest };
  });

function newestOf({ changes, deletion }: Life): Newest {
  const last = changes.at(-1);
  return deletion === null && last !== undefined
    ? { ...last.personalData, banned: last.banned }
    : null;
}

function arrivalsOf(each: Life, who: number): { readonly order: number; readonly step: Step }[] {
  const { changes, deletion, tokens, lost } = each;
  const arriving = (
    at: { order: number; driver: 0 | 1 },
    action: Action,
  ): { order: number; step: Step } => ({
    order: at.order,
    step: { who, driver: at.driver, action },
  });
  return [
    ...tokens.flatMap((one) => {
      const sent = request(each, one);
      return sent === null ? [] : [arriving(one.arrival, sent)];
    }),
    ...(deletion ?? []).map((at) => arriving(at, { kind: 'deletion' })),
    ...changes.flatMap(({ arrivals, ...change }, index) => {
      const type = index === 0 ? ('user.created' as const) : ('user.updated' as const);
      const data = dataOf(change, index);
      return lost ? [] : arrivals.map((at) => arriving(at, { kind: 'webhook', type, data }));
    }),
  ];
}

/** @returns null if the user was banned then */
function request(
  { changes }: Life,
  { change, later, carries, session }: Arbitrated<typeof token>,
): Action | null {
  const index = change % changes.length;
  const changed = changes[index];
  if (changed === undefined || changed.banned) return null;
  const issuedAt = Math.floor((changedAt(index) + later) / 1_000) * 1_000;
  const asRequest = (data: ProfileData | null): Action => ({
    kind: 'request',
    data,
    token: { session, issuedAt },
  });
  if (carries === 'no profile') return asRequest(null);
  const version =
    carries === 'iat' ? { at: issuedAt, exact: false } : { at: changedAt(index), exact: true };
  return asRequest({ ...changed.personalData, version });
}

/** Clerk's Backend API always returns the newest state. */
function backendApi(each: Life, who: number): HistoryEvent {
  const last = each.changes.at(-1);
  const data =
    each.deletion !== null || last === undefined ? null : dataOf(last, each.changes.length - 1);
  return { kind: 'clerk', who, data };
}

function dataOf(
  { personalData, banned }: Pick<Life['changes'][number], 'personalData' | 'banned'>,
  index: number,
): ProfileData {
  return { ...personalData, banned, version: { at: changedAt(index), exact: true } };
}

function reconciliation(lives: readonly Life[]): HistoryEvent {
  const lost = lives.flatMap((each, who) => (each.lost ? [who] : []));
  return {
    kind: 'burst',
    steps: lost.map((who): Step => ({ who, driver: 0, action: { kind: 'reconciliation' } })),
  };
}

function changedAt(index: number): number {
  return (index + 1) * betweenChanges;
}
