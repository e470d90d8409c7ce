import { describe, expect, test } from 'vitest';
import { isExplained, type Answered, type Burst } from '../../support/histories/explain.js';
import type { Row } from '../../support/histories/sync-rule.js';

const ada = { email: 'a@x.example', name: 'Ada', imageUrl: null };
const grace = { ...ada, name: 'Grace' };
const id = '5b0b7c6e-7a0e-4a53-9a8f-2f5f7d1f3c11';

type Named = typeof ada;
const live = (person: Named, version: number): Row => ({ state: 'live', person, version });
const told = (person: Named, at: number, exact: boolean, outcome: string): Answered => ({
  event: { kind: 'profile', profile: { ...person, version: { at, exact } } },
  answer: { outcome },
});
const bare = (answer: Answered['answer']): Answered => ({ event: { kind: 'bare' }, answer });
const deletion: Answered = { event: { kind: 'deletion' }, answer: { outcome: 'deleted' } };
const nothing: Burst = { before: null, answered: [], clerk: null, after: null, wrote: false };

describe('what was seen is explained', () => {
  const explained: Readonly<Record<string, Burst>> = {
    'where nothing happened': nothing,
    'by the one order that gives it': {
      ...nothing,
      answered: [told(ada, 2, true, 'stale'), told(grace, 3, true, 'created')],
      after: live(grace, 3),
      wrote: true,
    },
    'where a token’s time of issue moves nothing': {
      ...nothing,
      before: live(ada, 1),
      answered: [told(ada, 5, false, 'unchanged')],
      after: live(ada, 1),
    },
    'where a request found nothing, and was refused after the deletion': {
      ...nothing,
      answered: [bare({ outcome: 'ignored' }), deletion],
      clerk: { ...ada, version: { at: 1, exact: true } },
      after: { state: 'deleted' },
      wrote: true,
    },
  };
  test.each(Object.entries(explained))('%s', (_name, burst) => {
    expect(isExplained(burst)).toBe(true);
  });
});

describe('what was seen is not explained', () => {
  const unexplained: Readonly<Record<string, Burst>> = {
    'where a deleted user lives': {
      ...nothing,
      answered: [told(ada, 9, true, 'created'), deletion],
      after: live(ada, 9),
      wrote: true,
    },
    'where an older profile stays': {
      ...nothing,
      answered: [told(ada, 2, true, 'created'), told(grace, 1, true, 'updated')],
      after: live(grace, 1),
      wrote: true,
    },
    'where the row has the newest version and another’s profile': {
      ...nothing,
      answered: [told(ada, 2, true, 'created'), told(grace, 1, true, 'stale')],
      after: live(grace, 2),
      wrote: true,
    },
    'where two events created the same row': {
      ...nothing,
      answered: [told(ada, 1, true, 'created'), told(ada, 1, true, 'created')],
      after: live(ada, 1),
      wrote: true,
    },
    'where an answer is a row that there never was': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ user: { ...grace, id } }), told(ada, 2, true, 'unchanged')],
      after: live(ada, 2),
      wrote: true,
    },
    'where an unchanged profile was written': {
      ...nothing,
      before: live(ada, 1),
      answered: [told(ada, 5, false, 'unchanged')],
      after: live(ada, 1),
      wrote: true,
    },
    'where a row that was there is unknown': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ outcome: 'unknown' })],
      after: live(ada, 1),
    },
    'where a single write is counted as another kind': {
      ...nothing,
      before: live(ada, 1),
      answered: [told(grace, 2, true, 'unchanged')],
      after: live(grace, 2),
      wrote: true,
    },
  };
  test.each(Object.entries(unexplained))('%s', (_name, burst) => {
    expect(isExplained(burst)).toBe(false);
  });
});

test('twelve events at once, of which no order is right, are searched in no time', () => {
  const answered = Array.from({ length: 12 }, (_, at) =>
    told(at % 2 ? ada : grace, at, true, 'stale'),
  );
  const burst = { ...nothing, answered, after: live(ada, 11), wrote: true };
  expect(isExplained(burst)).toBe(false);
});
