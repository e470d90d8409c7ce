import fc from 'fast-check';
import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import {
  singleStep,
  type History,
  type HistoryEvent,
  type SessionEndType,
  type SessionIndex,
  type Step,
  type Token,
  type Action,
  type ProfileData,
} from './history.js';
import type { PersonalData } from './sync-rule.js';

/** Few values, so that profiles and versions repeat within a history. */
const ada = {
  email: `ada@${emailDomain}`,
  name: `Ada ${familyName}`,
  imageUrl: `https://img.${emailDomain}/ada.png`,
};
export const anyPersonalData: fc.Arbitrary<PersonalData> = fc.constantFrom(
  ada,
  { ...ada, name: `Grace ${familyName}` },
  { ...ada, email: null, imageUrl: null },
  { email: null, name: null, imageUrl: null },
);

/** Versions are whole seconds, as tokens have them. */
function profileData(exact: fc.Arbitrary<boolean>): fc.Arbitrary<ProfileData> {
  const at = fc.nat({ max: 5 }).map((second) => second * 1_000);
  return fc
    .tuple(anyPersonalData, fc.record({ at, exact }))
    .map(([personalData, version]) => ({ ...personalData, version }));
}

/** Webhooks and the Backend API usually report whether the user is banned, but may omit it. */
const exactly: fc.Arbitrary<ProfileData> = fc
  .tuple(
    profileData(fc.constant(true)),
    fc.constantFrom<{ banned?: boolean }>({}, { banned: false }, { banned: true }),
  )
  .map(([of, ban]) => ({ ...of, ...ban }));

const session = fc.constantFrom<SessionIndex>(0, 1);

/** Up to two seconds after the last version; a ban's grace period is one second. */
const token: fc.Arbitrary<Token> = fc.record({
  session,
  issuedAt: fc.nat({ max: 7 }).map((second) => second * 1_000),
});

const sessionEnd: fc.Arbitrary<Action> = fc.record({
  kind: fc.constant('session end' as const),
  type: fc.constantFrom<SessionEndType>('session.ended', 'session.removed', 'session.revoked'),
  session,
});

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      data: profileData(fc.boolean()),
      token,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      data: fc.constant(null),
      token,
    }),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('user.created' as const, 'user.updated' as const), exactly)
      .map(([type, of]) => ({ kind: 'webhook', type, data: of }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'deletion' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reconciliation' } as const) },
  { weight: 1, arbitrary: sessionEnd },
);

const who = fc.nat({ max: 2 });
const driver = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.record({ who, driver, action });

/** Clerk has the user in three of four cases. */
const known: fc.Arbitrary<ProfileData | null> = fc.option(exactly, { freq: 3 });
const clerk: fc.Arbitrary<HistoryEvent> = fc.record({
  kind: fc.constant('clerk' as const),
  who,
  data: known,
});
const restart: fc.Arbitrary<HistoryEvent> = fc.record({
  kind: fc.constant('restart' as const),
  driver,
});

/**
 * A repetition of an earlier event: a webhook that is delivered twice, or a token that is sent
 * twice.
 */
const again = fc.nat({ max: 12 });

interface Shape {
  /** One restart in this many events, because a restart of a real process takes seconds. */
  readonly restartOnceIn: number;
}

/** @returns histories of sequential events */
export function aSequence({ restartOnceIn }: Shape): fc.Arbitrary<History> {
  const events = fc.array(
    fc.oneof(
      { weight: 12 * restartOnceIn, arbitrary: step },
      { weight: 3 * restartOnceIn, arbitrary: fc.record({ driver, again }) },
      { weight: 3 * restartOnceIn, arbitrary: clerk },
      { weight: 18, arbitrary: restart },
    ),
    { minLength: 1, maxLength: 16, size: 'max' },
  );
  return history(events.map((all) => withRepetitions(all)));
}

/** @returns histories with several bursts of up to eight concurrent events */
export function someBursts({ restartOnceIn }: Shape): fc.Arbitrary<History> {
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: step },
      { weight: 1, arbitrary: fc.record({ driver, again }) },
    ),
    { minLength: 2, maxLength: 8, size: 'max' },
  );
  const burst: fc.Arbitrary<HistoryEvent> = steps.map((all) => ({
    kind: 'burst',
    steps: withRepetitions(all).flatMap((event) => (event.kind === 'burst' ? event.steps : [])),
  }));
  const events = fc.array(
    fc.oneof(
      { weight: 3 * restartOnceIn, arbitrary: burst },
      { weight: restartOnceIn, arbitrary: clerk },
      { weight: 4, arbitrary: restart },
    ),
    { minLength: 1, maxLength: 4, size: 'max' },
  );
  return history(events);
}

function history(events: fc.Arbitrary<HistoryEvent[]>): fc.Arbitrary<History> {
  return fc.record({ users: fc.integer({ min: 1, max: 3 }), events });
}

type Repeated = Pick<Step, 'driver'> & { readonly again: number };

/** Replaces each repetition by the event that it repeats. */
function withRepetitions(all: readonly (Step | HistoryEvent | Repeated)[]): HistoryEvent[] {
  const steps: Step[] = [];
  return all.flatMap((each): HistoryEvent[] => {
    if ('kind' in each) return [each];
    const next = 'again' in each ? steps[each.again % Math.max(1, steps.length)] : each;
    if (next === undefined) return [];
    steps.push(next);
    return [singleStep(next.action, { who: next.who, driver: each.driver })];
  });
}
