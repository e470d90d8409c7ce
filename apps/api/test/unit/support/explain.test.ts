import { describe, expect, test } from 'vitest';
import {
  isExplained,
  type Answered,
  type Burst,
  type State,
} from '../../support/histories/explain.js';
import type { Ban } from '../../support/histories/sync-rule.js';

const ada = { email: 'a@x.example', name: 'Ada', imageUrl: null };
const grace = { ...ada, name: 'Grace' };
const id = '5b0b7c6e-7a0e-4a53-9a8f-2f5f7d1f3c11';

type Named = typeof ada;
const free: Ban = { bannedAt: null, banVersion: 0 };
const live = (personalData: Named, version: number, ban = free): State => ({
  row: { state: 'live', personalData, version, ...ban },
  endedSessions: [],
});
const absent: State = { row: null, endedSessions: [] };
const tombstone: State = { row: { state: 'deleted' }, endedSessions: [] };
const session = { sessionId: 'sess_0', issuedAt: 5_000 };
const profile = (personalData: Named, at: number, exact: boolean, outcome: string): Answered => ({
  event: { kind: 'profile', profile: { ...personalData, version: { at, exact } } },
  answer: { outcome },
});
const bare = (answer: Answered['answer']): Answered => ({
  event: { kind: 'bare', session },
  answer,
});
const sessionEnd: Answered = {
  event: { kind: 'session end', sessionId: 'sess_0' },
  answer: { outcome: 'session_ended' },
};
const ban = (at: number, banned: boolean, outcome: string): Answered => ({
  event: { kind: 'profile', profile: { ...ada, banned, version: { at, exact: true } } },
  answer: { outcome },
});
const deletion: Answered = { event: { kind: 'deletion' }, answer: { outcome: 'deleted' } };
const nothing: Burst = {
  before: absent,
  answered: [],
  clerk: null,
  after: absent,
  wrote: false,
};

describe('isExplained accepts a burst', () => {
  const explained: Readonly<Record<string, Burst>> = {
    'without events': nothing,
    'that only one order explains': {
      ...nothing,
      answered: [profile(ada, 2, true, 'stale'), profile(grace, 3, true, 'created')],
      after: live(grace, 3),
      wrote: true,
    },
    'with a newer inexact version that is not written': {
      ...nothing,
      before: live(ada, 1),
      answered: [profile(ada, 5, false, 'unchanged')],
      after: live(ada, 1),
    },
    'with a request that found no row and was refused after the deletion': {
      ...nothing,
      answered: [bare({ outcome: 'ignored' }), deletion],
      clerk: { ...ada, version: { at: 1, exact: true } },
      after: tombstone,
      wrote: true,
    },
    'with a request that was refused by a ban and one that came before it': {
      ...nothing,
      before: live(ada, 1),
      answered: [
        bare({ outcome: 'user_banned' }),
        bare({ user: { ...ada, id } }),
        ban(5_000, true, 'unchanged'),
      ],
      after: live(ada, 5_000, { bannedAt: 5_000, banVersion: 5_000 }),
      wrote: true,
    },
    'with a ban that a later version has lifted already': {
      ...nothing,
      answered: [ban(2, false, 'created'), ban(1, true, 'unchanged')],
      after: live(ada, 2, { bannedAt: null, banVersion: 2 }),
      wrote: true,
    },
    'with a request that was refused after the end of its session': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ outcome: 'session_ended' }), sessionEnd],
      after: { ...live(ada, 1), endedSessions: ['sess_0'] },
    },
  };
  test.each(Object.entries(explained))('%s', (_name, burst) => {
    expect(isExplained(burst)).toBe(true);
  });
});

describe('isExplained rejects a burst', () => {
  const unexplained: Readonly<Record<string, Burst>> = {
    'after which a deleted user is live': {
      ...nothing,
      answered: [profile(ada, 9, true, 'created'), deletion],
      after: live(ada, 9),
      wrote: true,
    },
    'after which an older profile is stored': {
      ...nothing,
      answered: [profile(ada, 2, true, 'created'), profile(grace, 1, true, 'updated')],
      after: live(grace, 1),
      wrote: true,
    },
    'after which the row has the newest version with another profile': {
      ...nothing,
      answered: [profile(ada, 2, true, 'created'), profile(grace, 1, true, 'stale')],
      after: live(grace, 2),
      wrote: true,
    },
    'in which two events created the same row': {
      ...nothing,
      answered: [profile(ada, 1, true, 'created'), profile(ada, 1, true, 'created')],
      after: live(ada, 1),
      wrote: true,
    },
    'with an answer that was never stored': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ user: { ...grace, id } }), profile(ada, 2, true, 'unchanged')],
      after: live(ada, 2),
      wrote: true,
    },
    'in which a banned user was served': {
      ...nothing,
      before: live(ada, 5_000, { bannedAt: 5_000, banVersion: 5_000 }),
      answered: [bare({ user: { ...ada, id } })],
      after: live(ada, 5_000, { bannedAt: 5_000, banVersion: 5_000 }),
    },
    'in which a token from after the ban was refused': {
      ...nothing,
      before: live(ada, 1_000, { bannedAt: 1_000, banVersion: 1_000 }),
      answered: [bare({ outcome: 'user_banned' })],
      after: live(ada, 1_000, { bannedAt: 1_000, banVersion: 1_000 }),
    },
    'after which an older report of the ban is stored': {
      ...nothing,
      answered: [ban(2, false, 'created'), ban(1, true, 'unchanged')],
      after: live(ada, 2, { bannedAt: 1, banVersion: 2 }),
      wrote: true,
    },
    'in which an ended session was served': {
      ...nothing,
      before: { ...live(ada, 1), endedSessions: ['sess_0'] },
      answered: [bare({ user: { ...ada, id } })],
      after: { ...live(ada, 1), endedSessions: ['sess_0'] },
    },
    'in which a session that had not ended was refused as ended': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ outcome: 'session_ended' })],
      after: live(ada, 1),
    },
    'after which the end of a session is not stored': {
      ...nothing,
      before: live(ada, 1),
      answered: [sessionEnd],
      after: live(ada, 1),
    },
    'in which an unchanged profile was written': {
      ...nothing,
      before: live(ada, 1),
      answered: [profile(ada, 5, false, 'unchanged')],
      after: live(ada, 1),
      wrote: true,
    },
    'in which an existing row is unknown': {
      ...nothing,
      before: live(ada, 1),
      answered: [bare({ outcome: 'unknown' })],
      after: live(ada, 1),
    },
    'whose single write has the wrong outcome': {
      ...nothing,
      before: live(ada, 1),
      answered: [profile(grace, 2, true, 'unchanged')],
      after: live(grace, 2),
      wrote: true,
    },
  };
  test.each(Object.entries(unexplained))('%s', (_name, burst) => {
    expect(isExplained(burst)).toBe(false);
  });
});

test('isExplained rejects twelve concurrent events quickly', () => {
  const answered = Array.from({ length: 12 }, (_, at) =>
    profile(at % 2 ? ada : grace, at, true, 'stale'),
  );
  const burst = { ...nothing, answered, after: live(ada, 11), wrote: true };
  expect(isExplained(burst)).toBe(false);
});
