import type { Environment } from '../environment.js';
import { ApiProcess } from '../support/api-process.js';
import { newClerkUser, type ClerkUser } from '../support/clerk.js';
import {
  promote,
  replicated,
  replicatedDatabase as database,
  startPair,
} from '../support/postgres-pair.js';
import { until } from '@populatte/process-kit';
import type { TestContext } from '../test-context.js';

/** A primary with a streaming standby that is promoted. */
export const failover: Environment[] = [
  { name: 'failover: the primary ends, the address moves to the promoted standby', run: moved },
  { name: 'failover: split brain, DATABASE_DIRECT_URL stays on the old primary', run: splitBrain },
  { name: 'failover: DATABASE_URL reaches a standby', run: standbyOnly },
];

const retry = { intervalMs: 200, retryErrors: true };

/** Known users are served again within 15 s and new ones are created on the new primary. */
async function moved(context: TestContext): Promise<string> {
  const { primary, standby, address } = await startPair(context);
  const api = await ApiProcess.start(context, { env: { DATABASE_URL: address.url } });
  const clerkUsers = Array.from({ length: 10 }, () => newClerkUser());
  await allServed(api, clerkUsers);
  await replicated(primary, standby);
  await primary.stop();
  await standby.promote();
  address.moveTo(standby.urlOf(database));
  const startedAt = performance.now();
  await until('users are served again', () => allServed(api, clerkUsers), 15_000, retry);
  await until(
    'a new user is created',
    () => allServed(api, [newClerkUser()]),
    15_000 - (performance.now() - startedAt),
    retry,
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  await api.stop();
  return `served after ${seconds} s`;
}

/**
 * A deletion at the new primary takes effect within 10 s, although the old one still sends
 * notifications.
 */
async function splitBrain(context: TestContext): Promise<string> {
  const { primary, standby, address } = await startPair(context);
  const env = { DATABASE_URL: address.url, DATABASE_DIRECT_URL: primary.urlOf(database) };
  const api = await ApiProcess.start(context, { env });
  const clerkUser = newClerkUser();
  await allServed(api, [clerkUser, clerkUser]);
  await replicated(primary, standby);
  await promote(standby);
  address.moveTo(standby.urlOf(database));
  await until('the user is served again', () => allServed(api, [clerkUser]), 15_000, retry);
  const other = await ApiProcess.start(context, { env: { DATABASE_URL: standby.urlOf(database) } });
  const { status, text } = await other.webhook('user.deleted', clerkUser);
  if (status !== 200) throw new Error(`the deletion: ${status} ${text}`);
  const startedAt = performance.now();
  await until(
    'the API refuses the deleted user',
    async () => (await api.me(clerkUser)).status === 401,
    10_000,
    { intervalMs: 100 },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  await Promise.all([api.stop(), other.stop()]);
  return `the deletion was seen after ${seconds} s`;
}

/** A hot standby: known users are served, unknown ones get 503, readiness is degraded. */
async function standbyOnly(context: TestContext): Promise<undefined> {
  const { primary, standby } = await startPair(context);
  const writer = await ApiProcess.start(context, {
    env: { DATABASE_URL: primary.urlOf(database) },
  });
  const clerkUsers = Array.from({ length: 10 }, () => newClerkUser());
  await allServed(writer, clerkUsers);
  await replicated(primary, standby);
  await writer.stop();
  const api = await ApiProcess.spawn(context, { env: { DATABASE_URL: standby.urlOf(database) } });
  await api.ready();
  await allServed(api, clerkUsers);
  const unknown = await api.me(newClerkUser());
  if (unknown.status !== 503) throw new Error(`an unknown user: ${unknown.status} ${unknown.text}`);
  const { status, text } = await api.readiness();
  if (!text.includes('degraded')) throw new Error(`readiness: ${status} ${text}`);
  await api.stop();
  return undefined;
}

/** @throws Error naming the first response that is not 200 */
async function allServed(api: ApiProcess, clerkUsers: readonly ClerkUser[]): Promise<true> {
  const answers = await Promise.all(clerkUsers.map((clerkUser) => api.me(clerkUser)));
  const refused = answers.find(({ status }) => status !== 200);
  if (refused === undefined) return true;
  throw new Error(`/users/me: ${refused.status} ${refused.text}\n${api.lastLines()}`);
}
