import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@populatte/process-kit';
import type { Environment } from '../environment.js';
import { nothingIsLost, processesAgree } from '../support/acknowledged.js';
import { ApiProcess } from '../support/api-process.js';
import { createDatabase } from '../support/databases.js';
import { isInUse, startHaProxy } from '../support/haproxy.js';
import { buildPreviousRelease } from '../support/previous-release.js';
import { failed, SteadyLoad } from '../support/steady-load.js';
import type { TestContext } from '../test-context.js';

/** Processes of the previous release run beside those of this one on the new schema. */
export const previousRelease: Environment[] = [
  { name: 'previous release: upgraded process by process, and back', run: upgradeAndRollBack },
];

/** How long processes of both releases run side by side after each replacement. */
const sideBySideMs = 3_000;

/**
 * Requests, webhooks and deletions go to all processes; none may fail, and the processes must
 * agree.
 */
async function upgradeAndRollBack(context: TestContext): Promise<string> {
  const { root: oldRoot, commit } = await buildPreviousRelease(context);
  const ports = [await freePort(), await freePort(), await freePort()];
  const balancer = await startHaProxy(context, ports);
  const server = await context.postgres();
  const database = await createDatabase(server);
  const env = { DATABASE_URL: server.urlOf(database), SHUTDOWN_DRAIN_MS: '2000' };
  const migrations = async (): Promise<number> => {
    const rows = await server.query(database, 'select from drizzle.__drizzle_migrations');
    return rows.length;
  };
  const apis: ApiProcess[] = [];
  for (const port of ports) {
    apis.push(await ApiProcess.start(context, { env, port, root: oldRoot }));
    await isInUse(balancer, port);
  }
  const before = await migrations();
  const load = new SteadyLoad(context, balancer.url);
  context.atEnd(async () => {
    await load.stop();
  });
  await sleep(sideBySideMs);

  const replaceEach = async (root: string): Promise<void> => {
    for (const [index, old] of [...apis.entries()]) {
      await old.stop();
      const replacement = await ApiProcess.start(context, { env, port: old.port, root });
      apis[index] = replacement;
      await isInUse(balancer, old.port);
      await sleep(sideBySideMs);
      const { requests, failures } = load.result;
      context.progress(`${requests} requests, ${failures.length} failed`);
      if (failures.length > 0) throw failed(failures, requests);
    }
  };
  await replaceEach(context.root);
  const after = await migrations();
  if (after <= before)
    throw new Error(`this release has ${after} migrations, the same as the previous one`);
  await replaceEach(oldRoot);

  const { requests, failures, users } = await load.stop();
  if (failures.length > 0) throw failed(failures, requests);
  const current = await ApiProcess.start(context, { env });
  await processesAgree([...apis, current], users);
  const compared = await nothingIsLost(server, database, users);
  await Promise.all([...apis, current].map((api) => api.stop()));
  return (
    `${commit.slice(0, 9)}, ${before} of ${after} migrations: ${requests} requests, none failed; ` +
    `${compared} users agree`
  );
}
