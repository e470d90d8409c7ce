import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, until } from '@populatte/process-kit';
import type { Environment } from '../environment.js';
import { nothingIsLost, processesAgree } from '../support/acknowledged.js';
import { ApiProcess } from '../support/api-process.js';
import { isInUse, serverName, startHaProxy, type HaProxy } from '../support/haproxy.js';
import {
  promote,
  replicatedDatabase,
  startPair,
  type PostgresPair,
} from '../support/postgres-pair.js';
import { failed, SteadyLoad } from '../support/steady-load.js';
import type { TestContext } from '../test-context.js';

/** Three processes behind HAProxy on PostgreSQL with a synchronous standby, under load. */
export const growth: Environment[] = [
  { name: 'growth: one of three processes is killed', run: killOne },
  { name: 'growth: a process is added to three', run: addOne },
  { name: 'growth: the primary of three processes is killed, its standby promoted', run: moveOver },
];

interface Stack {
  readonly pair: PostgresPair;
  readonly balancer: HaProxy;
  readonly apis: readonly ApiProcess[];
  readonly load: SteadyLoad;
  /** Starts a process on a port that HAProxy is configured for. */
  readonly start: (port: number) => Promise<ApiProcess>;
  /** A port that HAProxy is configured for and on which no process listens. */
  readonly freePort: number;
}

async function startStack(context: TestContext): Promise<Stack> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const unused = await freePort();
  const options = { redispatch: true, keepUnready: true };
  const balancer = await startHaProxy(context, [...ports, unused], options);
  const pair = await startPair(context, { synchronous: true });
  const env = { DATABASE_URL: pair.address.url };
  const start = (port: number): Promise<ApiProcess> => ApiProcess.start(context, { env, port });
  const apis: ApiProcess[] = [];
  for (const port of ports) apis.push(await start(port));
  for (const port of ports) await isInUse(balancer, port);
  const load = new SteadyLoad(context, balancer.url);
  context.atEnd(async () => {
    await load.stop();
  });
  await sleep(3_000);
  const { failures, requests } = load.result;
  if (failures.length > 0) throw failed(failures, requests);
  return { pair, balancer, apis, load, start, freePort: unused };
}

/** SIGKILL: only its in-flight requests fail. */
async function killOne(context: TestContext): Promise<string> {
  const { pair, balancer, apis, load, start } = await startStack(context);
  const [victim, ...others] = apis;
  if (victim === undefined) throw new Error('no process');
  const killedAt = performance.now();
  victim.signal('SIGKILL');
  await victim.ended(5_000);
  const goneAt = performance.now();
  await sleep(5_000);
  const replacement = await start(victim.port);
  await isInUse(balancer, victim.port);
  await sleep(2_000);
  const { requests, failures, users } = await load.stop();
  // HAProxy returns 502, or closes the client's connection because the process closed its own.
  const inFlight = failures.filter(
    ({ startedAt, endedAt, status, server = serverName(victim.port) }) =>
      startedAt <= goneAt &&
      endedAt >= killedAt &&
      (status === 0 || status === 502) &&
      server === serverName(victim.port),
  );
  if (inFlight.length < failures.length) throw failed(failures, requests);
  const all = [replacement, ...others];
  await processesAgree(all, users);
  await nothingIsLost(pair.primary, replicatedDatabase, users);
  await Promise.all(all.map((api) => api.stop()));
  return `${failures.length} of ${requests} requests failed, in flight at the killed process`;
}

/**
 * HAProxy is configured for the port before a process listens on it, like a slot of a server
 * template.
 */
async function addOne(context: TestContext): Promise<string> {
  const { pair, balancer, apis, load, start, freePort: port } = await startStack(context);
  const added = await start(port);
  await isInUse(balancer, port);
  await sleep(3_000);
  const { requests, failures, users } = await load.stop();
  if (failures.length > 0) throw failed(failures, requests);
  const share = await balancer.requests(port);
  if (share === 0) throw new Error('the new process received no request');
  const all = [...apis, added];
  await processesAgree(all, users);
  await nothingIsLost(pair.primary, replicatedDatabase, users);
  await Promise.all(all.map((api) => api.stop()));
  return `${requests} requests, none failed; the new process got ${share}`;
}

/** Milliseconds between the primary's death and the promotion, as with a failover manager. */
const detectionMs = 3_000;

/**
 * Without a primary, requests that need it get 503; afterwards all are served without a restart.
 */
async function moveOver(context: TestContext): Promise<string> {
  const { pair, apis, load } = await startStack(context);
  const { primary, standby, address } = pair;
  const killedAt = performance.now();
  primary.kill('SIGKILL');
  await sleep(detectionMs);
  await promote(standby);
  address.moveTo(standby.urlOf(replicatedDatabase));
  const movedAt = performance.now();
  const lastFailure = (): number => load.result.failures.at(-1)?.endedAt ?? movedAt;
  await until(
    'no request fails for 5 s',
    () => performance.now() - Math.max(lastFailure(), movedAt) > 5_000,
    30_000,
  );
  const { requests, failures, users } = await load.stop();
  const unlike = failures.filter(
    ({ status, code }) => status !== 503 || code !== 'sync_unavailable',
  );
  if (unlike.length > 0) throw failed(unlike, requests);
  if (failures.length === 0) throw new Error('no request needed the primary');
  await processesAgree(apis, users);
  const compared = await nothingIsLost(standby, replicatedDatabase, users);
  // They exit with 0 on SIGTERM, so none had been restarted.
  await Promise.all(apis.map((api) => api.stop()));
  const secondsSince = (moment: number): string =>
    (Math.max(0, lastFailure() - moment) / 1000).toFixed(1);
  return (
    `all served ${secondsSince(killedAt)} s after the end of the primary, ${secondsSince(movedAt)} s after ` +
    `the address moved; ${failures.length} of ${requests} requests got 503; ${compared} users lost nothing`
  );
}
