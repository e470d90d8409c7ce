import { setTimeout as sleep } from 'node:timers/promises';
import { meRequest } from '../load/me-request.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { benchUser, benchUsers } from '../world/bench-users.js';
import { deliverUpdate } from '../world/clerk.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { ServerProcess } from '../machine/server-process.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped, unauthenticated } from './variants.js';

const connections = 64;

/** Time within which Clerk's SDK renews every token, in milliseconds. */
const tokenLifeMs = 60_000;

/** The share of profiles that change per minute. */
const changingShare = 0.01;

/** Turns of each kind in a round, so that a slow phase of the machine affects all of them. */
const turns = 2;

/**
 * The route without authentication gets the same requests as the API under churn: it ignores tokens
 * and webhooks, but V8 compiles for what a process has seen.
 */
const kinds = ['unauthenticated', 'still', 'churning'] as const;

type Kind = (typeof kinds)[number];

interface Line {
  readonly users: number;
  readonly samples: Readonly<Record<Kind, Sample[]>>;
}

/** The same requests while tokens are renewed and profiles change. */
export const churn: Scenario = {
  id: 'churn',
  run: async (context) => {
    const lines: Line[] = [];
    for (const users of context.quick ? [200] : [1_000, 10_000]) {
      const line: Line = { users, samples: { unauthenticated: [], still: [], churning: [] } };
      lines.push(line);
      for (let round = 0; round < context.rounds; round += 1)
        await measureRound(context, line, round);
    }
    return toSection(context, lines);
  },
};

/** Both servers run side by side, each with its own database, and take turns. */
async function measureRound(context: ScenarioContext, line: Line, round: number): Promise<void> {
  const { world, rounds, log, warmUpMs } = context;
  const { users, samples } = line;
  const allUsers = benchUsers(1, users);
  const baseline = { ...unauthenticated, env: { BENCH_USERS: String(users) } };
  const open = await startVariant(world, baseline, await world.databases.create(users));
  const servers = [open];
  try {
    const api = await startVariant(world, shipped, await world.databases.create(users));
    servers.push(api);
    const requests = allUsers.map((each) => meRequest(world.token(each)));
    const toOpen = { server: open, requests: [...requests] };
    const toApi = { server: api, requests: [...requests] };
    for (const server of servers) {
      await connected(context, server, requests, () =>
        world.load.run({ atLeastMs: warmUpMs, atLeastRequests: 2 * users }),
      );
    }
    const turnOf = (kind: Kind, turn: number): Turn => ({
      kind,
      users,
      turn,
      ...(kind === 'unauthenticated' ? toOpen : toApi),
    });
    // Each server also warms up with one turn of what is measured. Until its first webhook, which
    // is its first `POST`, a process has only seen one kind of request, and V8 has optimized it for
    // that: the webhook makes V8 discard functions of Node.js, Fastify and the server, and compile
    // them again, for both kinds of requests. In production that happens once after a start.
    for (const kind of ['unauthenticated', 'churning'] as const) {
      await measureTurn(context, turnOf(kind, 0));
    }
    for (let turn = 1; turn <= turns; turn += 1) {
      for (let step = 0; step < kinds.length; step += 1) {
        const kind = kinds[(round + turn + step) % kinds.length] ?? 'still';
        const sample = await measureTurn(context, turnOf(kind, turn));
        samples[kind].push(sample);
        const where = `${whole(users)} users, round ${round + 1} of ${rounds}, turn ${turn} of ${turns}`;
        log(`${where}: ${kind}: ${short(sample.cpuMicros)} µs CPU per request`);
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

interface Turn {
  readonly kind: Kind;
  readonly users: number;
  readonly turn: number;
  readonly server: ServerProcess;
  /** The server's requests by user; those with renewed tokens are replaced. */
  readonly requests: string[];
}

async function measureTurn(
  context: ScenarioContext,
  { kind, users, turn, server, requests }: Turn,
): Promise<Sample> {
  const { world, measureMs: atLeastMs } = context;
  const run = { atLeastMs, atLeastRequests: 0 };
  if (kind === 'still')
    return connected(context, server, requests, () => measure(world, [server], run));
  // Renews as many tokens as expire during the measurement, starting with the first.
  const renewals = benchUsers(1, Math.ceil((users * atLeastMs) / tokenLifeMs)).map((each) =>
    meRequest(world.token(each)),
  );
  const sample = await connected(context, server, requests, async () => {
    const renewal = { requests: renewals, everyMs: atLeastMs };
    const changes = changeProfiles(server.port, { users, turn, forMs: atLeastMs });
    const [measured] = await Promise.all([measure(world, [server], { ...run, renewal }), changes]);
    return measured;
  });
  requests.splice(0, renewals.length, ...renewals);
  return sample;
}

function connected<T>(
  { world }: ScenarioContext,
  server: ServerProcess,
  requests: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  return world.load.connected({ ports: [server.port], connections, requests: [...requests] }, work);
}

/** Changes users' names by webhook, at a rate proportional to their number. */
async function changeProfiles(
  port: number,
  { users, turn, forMs }: { readonly users: number; readonly turn: number; readonly forMs: number },
): Promise<void> {
  const pauseMs = 60_000 / (users * changingShare);
  const begin = performance.now();
  // The first change comes early enough for a short turn.
  const dueAt = (count: number): number => (count - 0.75) * pauseMs;
  for (let count = 1; dueAt(count) <= forMs; count += 1) {
    await sleep(Math.max(0, begin + dueAt(count) - performance.now()));
    // Starts with the last users, whose tokens are not renewed and are therefore older than the
    // change.
    const changed = benchUser(users - count);
    const name = `Ada Changed ${turn}.${count}`;
    await deliverUpdate(port, { ...changed, name }, Date.now());
  }
}

const labels: Readonly<Record<Kind, string>> = {
  unauthenticated: 'the route without authentication',
  still: 'nothing changes',
  churning: 'churn',
};

function toSection({ rounds, measureMs }: ScenarioContext, lines: readonly Line[]): Section {
  const runs = lines.flatMap(({ users, samples }) =>
    kinds.map((kind) => ({
      label: `${whole(users)} users, ${labels[kind]}`,
      sample: medianOf(samples[kind]),
      emphasis: kind === 'churning',
    })),
  );
  return {
    id: churn.id,
    title: 'Churn',
    notes: [
      `This API as shipped, over ${connections} connections. Under churn, every user’s token is renewed every 60 s, spread evenly over time, and signed webhooks change 1 % of all profiles per minute. Both servers run side by side. In each round, every kind of load gets ${turns} turns of ${measureMs / 1000} s, in rotating order. The route without authentication answers with the same number of users in turn and gets the same requests as the API under churn, renewals and webhooks included, but ignores tokens and webhooks: a process that has received only one kind of request is faster, because V8 has compiled it for that kind. Both servers are warmed up with the same load. Figures are ${inRounds(rounds)} and turns; ratios are computed per turn, and the median is shown.`,
    ],
    goals: lines.map(({ users, samples: { churning, unauthenticated: open } }) =>
      toGoal(
        `req/s under churn relative to the same route without authentication, ${whole(users)} users`,
        median(
          churning.map(
            ({ requestsPerSecond }, turn) =>
              requestsPerSecond / (open[turn]?.requestsPerSecond ?? Number.NaN),
          ),
        ),
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
