import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { TestContext } from '../test-context.js';
import { ApiProcess } from './api-process.js';
import { newClerkUser, type ClerkUser } from './clerk.js';
import type { Answer } from './http.js';
import { until } from '@populatte/process-kit';

const me = z.object({
  id: z.uuid(),
  clerkId: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
type Me = z.infer<typeof me>;

export interface ScenarioOptions {
  /** The API's variables, DATABASE_URL among them. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs statements in the same database as its owner, past pooler and settings. */
  readonly query: (sql: string) => Promise<unknown>;
  readonly node?: string;
  /** The number of processes that share the database: 2 checks coherence between them. */
  readonly processes?: 1 | 2;
}

/** Days and months that a setting could swap, the end of a year, and fractions of a second. */
const times = [
  '2026-03-05T12:00:00.000Z',
  '2026-03-25T23:59:59.999Z',
  '1999-12-31T23:59:59.001Z',
  '2026-11-01T08:30:00.123Z',
];

/**
 * The scenario that every environment must pass: two processes start at once, ready, 60 first
 * requests at once, updates by tokens and webhooks, deletion, exact times, coherence of the two
 * processes, restart.
 *
 * @throws Error describing the unexpected result
 */
export async function runScenario(context: TestContext, options: ScenarioOptions): Promise<void> {
  const start = (): Promise<ApiProcess> => ApiProcess.start(context, options);
  const [api, second] = await Promise.all([start(), options.processes === 1 ? undefined : start()]);
  const clerkUsers = Array.from({ length: 60 }, (_, index) => newClerkUser(`User ${index}`));
  const ids = await firstRequests(api, clerkUsers);
  await updates(api, clerkUsers);
  await webhooks(api);
  await exactTimes(api, options);
  if (second !== undefined) await coherence(api, second, clerkUsers);
  await Promise.all([api.stop(), second?.stop()]);
  const restarted = await start();
  const again = await firstRequests(restarted, clerkUsers.slice(10));
  if (again.some((id, index) => id !== ids[index + 10])) throw new Error('ids changed on restart');
  await restarted.stop();
}

/** @returns the users' ids */
async function firstRequests(api: ApiProcess, clerkUsers: readonly ClerkUser[]): Promise<string[]> {
  const answers = await Promise.all(
    clerkUsers.map((clerkUser) => patiently(() => api.me(clerkUser))),
  );
  const refused = answers.filter(({ status }) => status !== 200);
  if (refused.length > 0) {
    const [first] = refused;
    throw new Error(
      `${refused.length} of ${answers.length} requests at once: ${first?.status} ${first?.text}\n` +
        api.lastLines(),
    );
  }
  const users = answers.map((answer) => parse(api, answer));
  if (users.some((user, index) => user.email !== clerkUsers[index]?.email)) {
    throw new Error('a request got the row of another user');
  }
  const ids = users.map(({ id }) => id);
  if (new Set(ids).size !== clerkUsers.length) throw new Error('two users share an id');
  return ids;
}

/**
 * Repeats a request that got a 503 at one of the API's deadlines (2 s to connect), because on a
 * busy machine that says nothing about the environment. An earlier 503 counts.
 */
async function patiently(request: () => Promise<Answer>): Promise<Answer> {
  for (let retries = 5; ; retries -= 1) {
    const answer = await request();
    if (answer.status !== 503 || answer.elapsedMs < 1_900 || retries === 0) return answer;
  }
}

async function updates(api: ApiProcess, clerkUsers: readonly ClerkUser[]): Promise<void> {
  const clerkUser = at(clerkUsers, 0);
  const newer = { ...clerkUser, name: 'Grace Höpper', updatedAt: clerkUser.updatedAt + 1_000 };
  expectName(api, await api.me(newer), newer.name, 'a newer token');
  expectName(api, await api.me(clerkUser), newer.name, 'an older token after it');
}

async function webhooks(api: ApiProcess): Promise<void> {
  const clerkUser = newClerkUser('Edsger Dijkstra');
  const updated = { ...clerkUser, name: 'Edsger 😀', updatedAt: clerkUser.updatedAt + 1_000 };
  await expectOutcome(api, 'user.created', clerkUser, 'created');
  await expectOutcome(api, 'user.updated', updated, 'updated');
  await expectOutcome(api, 'user.updated', updated, 'unchanged');
  expectName(api, await api.me(clerkUser), updated.name, 'a webhook');
  await expectOutcome(api, 'user.deleted', clerkUser, 'deleted');
  const { status, text } = await api.me(updated);
  if (status !== 401 || !text.includes('user_deleted')) {
    throw new Error(`a deleted user's token: ${status} ${text}`);
  }
}

/** Rows with known times, written past the API, are read back to the millisecond. */
async function exactTimes(api: ApiProcess, { query }: ScenarioOptions): Promise<void> {
  for (const time of times) {
    const clerkUser = newClerkUser();
    await query(`insert into users (id, clerk_id, email, name, profile_version, created_at, updated_at)
      values ('${randomUUID()}', '${clerkUser.clerkId}', '${clerkUser.email}', '${clerkUser.name}',
        ${clerkUser.updatedAt + 60_000}, '${time}'::timestamptz, '${time}'::timestamptz)`);
    const { createdAt, updatedAt } = parse(api, await api.me(clerkUser));
    if (createdAt !== time || updatedAt !== time) {
      throw new Error(`a row of ${time} is read as ${createdAt}, ${updatedAt}`);
    }
  }
  const created = parse(api, await api.me(newClerkUser()));
  const off = Math.abs(Date.parse(created.createdAt) - Date.now());
  if (off > 20_000) throw new Error(`a row created now has createdAt ${created.createdAt}`);
}

async function coherence(
  first: ApiProcess,
  second: ApiProcess,
  clerkUsers: readonly ClerkUser[],
): Promise<void> {
  const clerkUser = at(clerkUsers, 1);
  parse(second, await second.me(clerkUser));
  const newer = { ...clerkUser, name: 'Changed Elsewhere', updatedAt: clerkUser.updatedAt + 1_000 };
  await expectOutcome(first, 'user.updated', newer, 'updated');
  await until(
    'the other process sees the update',
    async () => parse(second, await second.me(clerkUser)).name === newer.name,
    10_000,
    { retryErrors: true },
  );
  const gone = at(clerkUsers, 2);
  parse(second, await second.me(gone));
  await expectOutcome(first, 'user.deleted', gone, 'deleted');
  await until(
    'the other process sees the deletion',
    async () => (await second.me(gone)).status === 401,
    10_000,
  );
}

function parse(api: ApiProcess, { status, text }: Answer): Me {
  if (status !== 200) throw new Error(`/users/me: ${status} ${text}\n${api.lastLines()}`);
  return me.parse(JSON.parse(text));
}

function expectName(api: ApiProcess, answer: Answer, name: string, after: string): void {
  const user = parse(api, answer);
  if (user.name !== name) throw new Error(`after ${after} the name is ${String(user.name)}`);
}

async function expectOutcome(
  api: ApiProcess,
  type: 'user.created' | 'user.updated' | 'user.deleted',
  clerkUser: ClerkUser,
  outcome: string,
): Promise<void> {
  const { status, text } = await api.webhook(type, clerkUser);
  if (status === 200 && text.includes(`"outcome":"${outcome}"`)) return;
  throw new Error(`${type} is not ${outcome}: ${status} ${text}\n${api.lastLines()}`);
}

function at(clerkUsers: readonly ClerkUser[], index: number): ClerkUser {
  const clerkUser = clerkUsers[index];
  if (clerkUser === undefined) throw new Error(`no user ${index}`);
  return clerkUser;
}

/** Milliseconds in which a process whose log explains a problem may still become ready. */
const graceMs = 5_000;

/**
 * For environments that need not work but must not fail silently: either the scenario passes, or
 * readiness is 503, requests get 503 and never 500, and the log matches `explanation`. An exit with
 * an explanation also counts as reported.
 *
 * @returns which of the two happened
 */
export async function runOrReport(
  context: TestContext,
  options: ScenarioOptions,
  explanation: RegExp,
): Promise<string> {
  const probe = await ApiProcess.spawn(context, options);
  let explainedAt: number | undefined;
  const state = await until(
    'readiness, or the reason for its absence',
    async () => {
      if (explanation.test(probe.log)) explainedAt ??= performance.now();
      // On a busy machine, a warning may name the pooler before the process is ready.
      if (explainedAt !== undefined && performance.now() - explainedAt > graceMs) return 'reported';
      await probe.listening(1_000);
      const { status } = await probe.readiness();
      return status === 200 ? 'ready' : undefined;
    },
    60_000,
    { intervalMs: 100, retryErrors: true },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${probe.lastLines()}`);
  });
  if (state === 'reported') {
    const exited = await probe.ended(1_500).catch(() => 'running' as const);
    if (exited === 'running') {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => probe.me(newClerkUser('A 😀'))),
      );
      const wrong = answers.find(({ status }) => status !== 503);
      if (wrong !== undefined) throw new Error(`reported, but a request is ${wrong.status}`);
      const { status, text } = await probe.readiness();
      if (status !== 503) throw new Error(`reported, but readiness is ${status} ${text}`);
      await probe.stop();
      return 'readiness 503 and the log name the fix';
    }
    if (exited === 0) throw new Error(`exit code 0\n${probe.lastLines()}`);
    return `exits with ${String(exited)}; the log names the fix`;
  }
  await probe.stop();
  await runScenario(context, options);
  return 'works';
}
