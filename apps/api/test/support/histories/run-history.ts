import { randomUUID } from 'node:crypto';
import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import type { RevocableSession } from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import {
  isExplained,
  results,
  type Answer,
  type Answered,
  type Burst,
  type UserEvent,
} from './explain.js';
import type { Action, History, ProfileData, SessionIndex, Step, Token } from './history.js';
import type { Row } from './sync-rule.js';
import type { Driver } from './driver.js';
import type { Stored, World } from './world.js';

/**
 * The origin of a history's versions: a whole second in the past, in milliseconds since the epoch.
 */
const start = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

/** A user of a history, and all observations of that user. */
interface Subject {
  readonly clerkId: string;
  readonly ids: Set<string>;
  clerk: Profile | null;
  stored: Stored | undefined;
  endedSessions: readonly string[];
}

/**
 * Runs a history for new users, and checks after every event that the sync rule explains all responses
 * and rows: ids never change, versions never decrease, and unchanged profiles write nothing.
 *
 * @returns the users' final rows, with versions relative to the history's start
 * @throws Error describing an observation that no order of the same events explains
 */
export async function runHistory(world: World, history: History): Promise<Row[]> {
  const subjects = Array.from({ length: history.users }, (): Subject => ({
    clerkId: `user_${randomUUID().replaceAll('-', '')}`,
    ids: new Set(),
    clerk: null,
    stored: undefined,
    endedSessions: [],
  }));
  const subject = (who: number): Subject => pick(subjects, who);

  for (const event of history.events) {
    switch (event.kind) {
      case 'burst':
        await runBurst(world, subjects, event.steps);
        break;
      case 'clerk': {
        const about = subject(event.who);
        about.clerk = event.data === null ? null : toProfile(about, event.data);
        world.clerk.setUser(about.clerkId, about.clerk);
        break;
      }
      case 'restart':
        await world.restart(event.driver);
    }
  }
  return subjects.map(({ stored }) => counted(stored?.row ?? null));
}

async function runBurst(
  world: World,
  subjects: readonly Subject[],
  steps: readonly Step[],
): Promise<void> {
  const answers = await Promise.all(
    steps.map(async ({ who, driver, action }) => {
      const about = pick(subjects, who);
      const event = toEvent(about, action);
      if (event === null) return [];
      return [
        { about, event, answer: await world.through(driver, (to) => perform(to, about, action)) },
      ];
    }),
  );
  await world.settled();
  const clerkIds = subjects.map(({ clerkId }) => clerkId);
  const stored = await world.stored(clerkIds);
  const ended = await world.endedSessions(clerkIds);
  for (const about of subjects) {
    const answered = answers.flat().filter((each) => each.about === about);
    check(about, answered, {
      stored: stored.get(about.clerkId),
      endedSessions: ended.get(about.clerkId) ?? [],
    });
  }
}

function check(
  about: Subject,
  answered: readonly Answered[],
  { stored: after, endedSessions }: Pick<Subject, 'stored' | 'endedSessions'>,
): void {
  const { stored: before, endedSessions: endedBefore } = about;
  Object.assign(about, { stored: after, endedSessions });

  for (const id of [after?.id, ...answered.map(({ answer }) => answer.user?.id)]) {
    if (id !== undefined) about.ids.add(id);
  }
  if (about.ids.size > 1) throw new Error(`One user had the ids ${[...about.ids].join(', ')}.`);
  if ((after?.version ?? 0) < (before?.version ?? 0)) throw new Error('A version went back.');

  const burst = {
    before: { row: before?.row ?? null, endedSessions: endedBefore },
    answered,
    clerk: about.clerk,
    after: { row: after?.row ?? null, endedSessions },
    wrote: before?.xmin !== after?.xmin,
  };
  if (isExplained(burst)) return;
  throw new Error(
    `No order of the same events explains the observations:\n${describeBurst(burst)}`,
  );
}

/** Describes a burst line by line, with the model's result if there is only one event. */
function describeBurst(burst: Burst): string {
  const { before, answered, clerk, after, wrote } = burst;
  const [one, ...others] = answered;
  const events = answered.map(
    ({ event, answer }) => `${JSON.stringify(event)} → ${JSON.stringify(answer)}`,
  );
  const model =
    one === undefined || others.length > 0
      ? []
      : [`model: ${JSON.stringify(results(before, one.event, burst))}`];
  return [
    `before: ${JSON.stringify(before)}`,
    `clerk: ${JSON.stringify(clerk)}`,
    ...events,
    `after: ${JSON.stringify(after)}, ${wrote ? 'written' : 'not written'}`,
    ...model,
  ].join('\n');
}

function toEvent(about: Subject, action: Action): UserEvent | null {
  switch (action.kind) {
    case 'deletion':
      return action;
    case 'session end':
      return { kind: 'session end', sessionId: sessionIdOf(action.session) };
    case 'reconciliation':
      return about.clerk === null ? null : { kind: 'profile', profile: about.clerk };
    case 'request':
      if (action.data === null) return { kind: 'bare', session: toSession(action) };
      return {
        kind: 'profile',
        profile: toProfile(about, action.data),
        session: toSession(action),
      };
    case 'webhook':
      return { kind: 'profile', profile: toProfile(about, action.data) };
  }
}

function perform(driver: Driver, about: Subject, action: Action): Promise<Answer> {
  switch (action.kind) {
    case 'deletion':
      return driver.deletion(about.clerkId);
    case 'session end':
      return driver.sessionEnd(action.type, about.clerkId, sessionIdOf(action.session));
    case 'reconciliation':
      return about.clerk === null ? Promise.resolve({}) : driver.reconciliation(about.clerk);
    case 'request':
      if (action.data === null) return driver.bareRequest(about.clerkId, toSession(action));
      return driver.request(toProfile(about, action.data), toSession(action));
    case 'webhook':
      return driver.webhook(action.type, toProfile(about, action.data));
  }
}

function toProfile({ clerkId }: Subject, { version, ...personalData }: ProfileData): Profile {
  return { clerkId, ...personalData, version: { ...version, at: start + version.at } };
}

/** All users share these ids, to reveal code that mixes up the sessions of different users. */
function sessionIdOf(session: SessionIndex): string {
  return `sess_${session}`;
}

function toSession({ data, token }: { data: ProfileData | null; token: Token }): RevocableSession {
  const issuedAt = data?.version.exact === false ? data.version.at : token.issuedAt;
  return { sessionId: sessionIdOf(token.session), issuedAt: start + issuedAt };
}

function counted(row: Row): Row {
  return row?.state === 'live' ? { ...row, version: row.version - start } : row;
}

function pick(subjects: readonly Subject[], who: number): Subject {
  const subject = subjects[who % subjects.length];
  if (subject === undefined) throw new Error('A history is about one user at least.');
  return subject;
}
