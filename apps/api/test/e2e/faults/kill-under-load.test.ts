import { describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { withClerkStub } from '../../support/api-fixture.js';
import { ApiProcess, type Exit } from '../../support/api-process.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { Load } from '../../support/load.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken } from '../../support/session-token.js';
import { lostUsers } from '../../support/stored-user.js';

const fixture = withClerkStub();

const start = (): Promise<ApiProcess> => fixture().start();

/** Clerk ids of live rows and of tombstones, and the total number of rows. */
async function stored(): Promise<{ live: Set<string>; deleted: Set<string>; rows: number }> {
  const rows = await fixture().database.query<{ clerk_id: string; deleted: boolean }>(
    'select clerk_id, deleted_at is not null as deleted from users',
  );
  const of = (deleted: boolean): Set<string> =>
    new Set(rows.filter((row) => row.deleted === deleted).map(({ clerk_id }) => clerk_id));
  return { live: of(false), deleted: of(true), rows: rows.length };
}

/** Whatever was acknowledged with 200 is in the database, and the next process serves it. */
async function expectNothingLost(load: Load, next: ApiProcess): Promise<void> {
  expect(await lostUsers(fixture().database, load.users)).toEqual([]);
  const { live, deleted, rows } = await stored();
  expect([...load.announced].filter((clerkId) => !live.has(clerkId))).toEqual([]);
  expect([...load.deleted].filter((clerkId) => !deleted.has(clerkId))).toEqual([]);
  expect(rows).toBe(live.size + deleted.size);

  for (const [clerkId, id] of [...load.users].slice(-20)) {
    const again = await next.me(await aSessionToken(fixture().clerk.key, clerkId));
    expect(expectUser(again).id).toBe(id);
  }
  for (const clerkId of [...load.deleted].slice(-20)) {
    const again = await next.me(await aProfileToken(fixture().clerk.key, aClerkUser({ clerkId })));
    expectProblem(again, 401, 'user_deleted');
  }
}

describe('a process under load', () => {
  test.each<[NodeJS.Signals, Exit]>([
    ['SIGTERM', { code: 0, signal: null }],
    ['SIGKILL', { code: null, signal: 'SIGKILL' }],
  ])('that gets %s loses nothing that it acknowledged', async (signal, exit) => {
    const fault = new Fault(`API ended by ${signal} under load`);
    const first = await start();
    const load = new Load(first, fixture().clerk.key, fault);
    const running = load.run();
    await until('more than 200 requests were acknowledged', () => load.acknowledged > 200);
    first.signal(signal);
    await running;
    expect(await first.ended()).toEqual(exit);
    first.assertNoLeak();

    // An orchestrator would start the next process, so this start is the recovery.
    fault.over();
    const next = await start();
    expectUser(await next.me(await aProfileToken(fixture().clerk.key, aClerkUser())));
    fault.recovered();
    await expectNothingLost(load, next);
    await next.stop();
  });
});
