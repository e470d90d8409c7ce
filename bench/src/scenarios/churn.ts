import { setTimeout as sleep } from 'node:timers/promises';
import { meRequest } from '../load/me-request.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { people, person } from '../world/people.js';
import { deliverUpdate } from '../world/clerk.js';
import { measureKnown } from './known-people.js';
import { measure, type Sample } from './measure.js';
import type { ServerProcess } from '../machine/server-process.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped, unauthenticated, type Variant } from './variants.js';

const connections = 64;

/** Milliseconds after which Clerk's SDK has renewed every token. */
const tokenLifeMs = 60_000;

/** Of all profiles, a minute. */
const changingShare = 0.01;

interface Line {
  readonly users: number;
  readonly still: Sample;
  readonly churning: Sample;
  /** The same route without authentication, which knows no tokens and no changes. */
  readonly unauthenticated: Sample;
}

/** The same requests while tokens are renewed and profiles change. */
export const churn: Scenario = {
  id: 'churn',
  run: async (context) => {
    const lines: Line[] = [];
    for (const users of context.quick ? [200] : [1_000, 10_000]) {
      const open = await measureUnauthenticated(context, users);
      const { still, churning } = await measureChurn(context, users);
      lines.push({ users, still, churning, unauthenticated: open });
      context.tell(
        `${whole(users)} users: ${short(still.cpuMicros)} µs CPU per request, under churn ${short(churning.cpuMicros)} µs`,
      );
    }
    return toSection(lines);
  },
};

/** Starts a variant on a database of its own, and stops it after the work. */
async function withServer<T>(
  { world }: ScenarioContext,
  variant: Variant,
  users: number,
  work: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await startVariant(world, variant, await world.databases.create(users));
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

function measureUnauthenticated(context: ScenarioContext, users: number): Promise<Sample> {
  const longer = { ...context, measureMs: 2 * context.measureMs };
  return withServer(context, unauthenticated, users, (server) =>
    measureKnown(longer, [server], people(1, users), connections),
  );
}

function measureChurn(
  context: ScenarioContext,
  users: number,
): Promise<Pick<Line, 'still' | 'churning'>> {
  return withServer(context, shipped, users, (server) => runChurn(context, server, users));
}

async function runChurn(
  context: ScenarioContext,
  server: ServerProcess,
  users: number,
): Promise<Pick<Line, 'still' | 'churning'>> {
  const { world, warmUpMs, measureMs } = context;
  const atLeastMs = 2 * measureMs;
  const everyone = people(1, users);
  try {
    // As many as expire while it is measured; from the first one on, as they do.
    const renewed = everyone.slice(0, Math.ceil((users * atLeastMs) / tokenLifeMs));
    const renewals = renewed.map((each) => meRequest(world.token(each)));
    const requests = everyone.map((each) => meRequest(world.token(each)));
    await world.load.connect({ ports: [server.port], connections, requests });
    await world.load.run({ atLeastMs: warmUpMs, atLeastRequests: 2 * users });

    const still = await measure(world, [server], { atLeastMs, atLeastRequests: 0 });
    const renewal = { requests: renewals, everyMs: atLeastMs };
    const changes = changeProfiles(server.port, users, atLeastMs);
    const run = { atLeastMs, atLeastRequests: 0, renewal };
    const [churning] = await Promise.all([measure(world, [server], run), changes]);
    return { still, churning };
  } finally {
    await world.load.disconnect();
  }
}

/** Changes people's names by webhook, as often as befits their number. */
async function changeProfiles(port: number, users: number, forMs: number): Promise<void> {
  const pauseMs = 60_000 / (users * changingShare);
  const begin = performance.now();
  const dueAt = (count: number): number => (count - 0.5) * pauseMs;
  for (let count = 1; dueAt(count) <= forMs; count += 1) {
    await sleep(Math.max(0, begin + dueAt(count) - performance.now()));
    // From the last one back, whose tokens are not renewed: theirs are older than the change.
    const changed = person(users - count);
    await deliverUpdate(port, { ...changed, name: `Ada Changed ${count}` }, Date.now());
  }
}

function toSection(lines: readonly Line[]): Section {
  const runs = lines.flatMap(({ users, still, churning, unauthenticated: open }) => [
    {
      label: `${whole(users)} users, the route without authentication`,
      sample: open,
      emphasis: false,
    },
    { label: `${whole(users)} users, nothing changes`, sample: still, emphasis: false },
    { label: `${whole(users)} users, churn`, sample: churning, emphasis: true },
  ]);
  return {
    id: churn.id,
    title: 'Churn',
    notes: [
      `This API as shipped, ${connections} connections. Under churn everyone’s token is replaced every 60 s, evenly over the time, and 1 % of all profiles are changed a minute, by signed webhooks.`,
    ],
    goals: lines.map(({ users, churning, unauthenticated: open }) =>
      toGoal(
        `req/s under churn of the same route without authentication, ${whole(users)} users`,
        churning.requestsPerSecond / open.requestsPerSecond,
        { atLeast: 0.85 },
        ratio,
      ),
    ),
    tables: [
      {
        columns: ['load', 'req/s', 'CPU µs/request', 'PostgreSQL µs/request', 'p50 ms', 'p99 ms'],
        rows: runs.map(({ label, sample }) => [
          label,
          whole(sample.requestsPerSecond),
          short(sample.cpuMicros),
          short(sample.postgresMicros),
          sample.p50Ms.toFixed(2),
          sample.p99Ms.toFixed(2),
        ]),
      },
    ],
    charts: [
      barChart(
        'churn.svg',
        'What a request costs while tokens are renewed and profiles change',
        'µs of the server’s CPU per request; less is better',
        runs.map(({ label, sample, emphasis }) => ({ label, value: sample.cpuMicros, emphasis })),
        short,
      ),
    ],
  };
}
