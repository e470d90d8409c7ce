import { expect } from 'vitest';
import { type ClerkStub, clerkUserJson } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import type { ApiProcess } from './api-process.js';
import { expectOutcome, expectProblem, expectUser } from './expect-answer.js';
import type { Fault } from './fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from './send.js';
import { aProfileToken, aSessionToken } from './session-token.js';
import { deliver } from './webhook.js';

/** An API, and the Clerk whose tokens it accepts. */
export interface Deployment {
  readonly api: ApiProcess;
  readonly clerk: ClerkStub;
}

/** A first request and a first webhook: both must write, regardless of caches. */
export async function writes({ api, clerk }: Deployment): Promise<[Answer, Answer]> {
  return Promise.all([
    api.me(await aProfileToken(clerk.key, aClerkUser())),
    deliver(api, 'user.created', clerkUserJson(aClerkUser(), Date.now())),
  ]);
}

/** Every route that needs the database gets 503 in time; the process itself is alive. */
export async function expectOutage(deployment: Deployment, fault: Fault): Promise<void> {
  const { api, clerk } = deployment;
  const [written, bare, ready, live] = await Promise.all([
    writes(deployment),
    api.me(await aSessionToken(clerk.key, aClerkUser().clerkId)),
    api.send('/health/ready'),
    api.send('/health/live'),
  ]);
  for (const answer of [...written, bare, ready]) {
    expectProblem(answer, 503, 'sync_unavailable');
    fault.saw(answer);
  }
  expect(live.status).toBe(200);
  expect(api.alive).toBe(true);
}

/** New users cannot be stored and get 503 in time; the process itself is alive. */
export async function expectNoWrites(deployment: Deployment, fault: Fault): Promise<void> {
  for (const answer of await writes(deployment)) {
    expectProblem(answer, 503, 'sync_unavailable');
    fault.saw(answer);
  }
  expect((await deployment.api.send('/health/live')).status).toBe(200);
  expect(deployment.api.alive).toBe(true);
}

/** The API recovers without a restart. */
export async function expectRecovery({ api, clerk }: Deployment, fault?: Fault): Promise<void> {
  const clerkUser = aClerkUser();
  const served = async (): Promise<Answer> => api.me(await aProfileToken(clerk.key, clerkUser));
  await until('it serves', async () => (await served()).status === 200);
  fault?.recovered();
  await until('it is ready', async () => (await api.send('/health/ready')).status === 200);
  expectUser(await served());
  expectOutcome(await deliver(api, 'user.created', clerkUserJson(clerkUser, 1)), 'unchanged');
}
