import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import { barChart } from '../report/bar-chart.js';
import { percent, ratio, short, whole } from '../report/figures.js';
import { toGoal, type Goal, type Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import {
  bareNode,
  shipped,
  shippedSilent,
  unauthenticated,
  unauthenticatedSilent,
  usualOnExpress,
  usualOnFastify,
  type Variant,
} from './variants.js';

const connections = 64;

/** Turns of each variant in a round, so that a slow phase of the machine affects all variants. */
const turns = 3;

/** Samples of each variant, one per turn; samples of the same turn are compared. */
export type Samples = ReadonlyMap<Variant, readonly Sample[]>;

/** `GET /users/me` of known users, the typical request. */
export const steady: Scenario = {
  id: 'steady',
  run: async (context) => {
    return toSection(context, await measureVariants(context));
  },
};

/** Measures the context's variants side by side, in turns. */
export async function measureVariants(context: ScenarioContext): Promise<Samples> {
  const { world, variants, rounds, users } = context;
  const database = await world.databases.create(users);
  const samples = new Map(variants.map((variant): [Variant, Sample[]] => [variant, []]));
  for (let round = 0; round < rounds; round += 1) {
    await measureRound(context, database, round, (variant, sample) => {
      samples.get(variant)?.push(sample);
    });
  }
  return samples;
}

/**
 * @returns the median over the turns of one variant's figure divided by another's in the same turn
 */
export function medianRatio(
  samples: Samples,
  of: keyof Sample,
  one: Variant,
  other: Variant,
): number | undefined {
  const others = samples.get(other) ?? [];
  const ratios = (samples.get(one) ?? []).map((each, turn) => {
    return each[of] / (others[turn]?.[of] ?? Number.NaN);
  });
  return ratios.length === 0 || others.length === 0 ? undefined : median(ratios);
}

async function measureRound(
  context: ScenarioContext,
  database: string,
  round: number,
  keep: (variant: Variant, sample: Sample) => void,
): Promise<void> {
  const { world, variants, rounds, users, log } = context;
  const servers: [Variant, ServerProcess][] = [];
  try {
    for (const variant of variants) {
      servers.push([variant, await startVariant(world, variant, database)]);
    }
    for (let turn = 0; turn < turns; turn += 1) {
      // Creates new tokens, because tokens live for 60 s.
      const requests = benchUsers(1, users).map((user) => meRequest(world.token(user)));
      for (const [variant, server] of rotated(servers, (round + turn) * 4)) {
        const sample = await measureTurn(context, server, requests, turn === 0);
        keep(variant, sample);
        const where = `round ${round + 1} of ${rounds}, turn ${turn + 1} of ${turns}`;
        const figures = `${whole(sample.requestsPerSecond)} req/s, ${short(sample.cpuMicros)} µs CPU per request`;
        log(`${where}: ${variant.label}: ${figures}`);
      }
    }
  } finally {
    await Promise.all(servers.map(([, server]) => server.stop()));
  }
}

async function measureTurn(
  { world, warmUpMs, measureMs, users }: ScenarioContext,
  server: ServerProcess,
  requests: string[],
  isFirst: boolean,
): Promise<Sample> {
  return world.load.connected({ ports: [server.port], connections, requests }, async () => {
    // Sends at least two requests per user, one cold and one warm. V8 continues to compile for
    // seconds.
    await world.load.run({ atLeastMs: isFirst ? 2 * warmUpMs : 0, atLeastRequests: 2 * users });
    return measure(world, [server], { atLeastMs: measureMs / turns, atLeastRequests: users });
  });
}

/** Reorders the variants, so that none has the best position in every round. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function toSection({ rounds, measureMs, users }: ScenarioContext, samples: Samples): Section {
  const medians = [...samples].map(([variant, all]) => ({ variant, sample: medianOf(all) }));
  const base = medians.find(({ variant }) => variant === bareNode)?.sample.cpuMicros;
  const rows = medians.map(({ variant, sample }) => [
    variant === shipped ? `**${variant.label}**` : variant.label,
    `\`${variant.id}\``,
    whole(sample.requestsPerSecond),
    short(sample.cpuMicros),
    base === undefined ? '' : ratio(base / sample.cpuMicros),
    percent(sample.coreShare),
    short(sample.postgresMicros),
    sample.p50Ms.toFixed(2),
    sample.p99Ms.toFixed(2),
    whole(sample.residentMb),
  ]);
  const bars = (of: keyof Sample): Parameters<typeof barChart>[3] =>
    medians.map(({ variant, sample }) => ({
      label: variant.label,
      value: sample[of],
      emphasis: variant === shipped,
    }));
  return {
    id: steady.id,
    title: 'Known users',
    notes: [
      `\`GET /users/me\` for ${whole(users)} users in turn over ${connections} kept-alive connections; this API’s route without authentication answers with 1,000 users in turn as well. The server has one core, everything else the other. In each of ${whole(rounds)} rounds, every variant starts as a new process, is warmed up and gets ${turns} turns of ${measureMs / turns / 1000} s, in rotating order. Figures are medians of all turns. Standard output goes to a file. CPU is the CPU time of all server threads. “of node:http” is the bare server’s CPU per request divided by the variant’s. “core used” is the share of its core that the server used: close to 100 % unless the load generator or a busy machine limits it. Ratios are computed per turn, and the median is shown.`,
    ],
    goals: toGoals(samples),
    tables: [
      {
        columns: [
          ...['variant', 'id', 'req/s', 'CPU µs/request', 'of node:http', 'core used'],
          ...['PostgreSQL µs/request', 'p50 ms', 'p99 ms', 'RSS MB'],
        ],
        rows,
      },
    ],
    charts: [
      barChart(
        'steady-requests.svg',
        'GET /users/me of known users',
        'requests per second on one core; more is better',
        bars('requestsPerSecond'),
        whole,
      ),
      barChart(
        'steady-cpu.svg',
        'What a request costs the server',
        'µs of CPU per request; less is better',
        bars('cpuMicros'),
        short,
      ),
    ],
  };
}

function toGoals(samples: Samples): Goal[] {
  const compare = (of: keyof Sample, one: Variant, other: Variant): number | undefined =>
    medianRatio(samples, of, one, other);
  const overhead = (one: Variant, other: Variant): number | undefined => {
    const factor = compare('cpuMicros', one, other);
    return factor === undefined ? undefined : factor - 1;
  };
  const lines: [
    string,
    number | undefined,
    Parameters<typeof toGoal>[2],
    (value: number) => string,
  ][] = [
    [
      'req/s relative to the same route without authentication',
      compare('requestsPerSecond', shipped, unauthenticated),
      { atLeast: 0.85 },
      ratio,
    ],
    [
      'req/s relative to the same route without authentication, both without a log',
      compare('requestsPerSecond', shippedSilent, unauthenticatedSilent),
      { atLeast: 0.85 },
      ratio,
    ],
    [
      'CPU per request: bare node:http relative to this API without a log',
      compare('cpuMicros', bareNode, shippedSilent),
      { atLeast: 0.36 },
      ratio,
    ],
    [
      'CPU per request that the log adds',
      overhead(shipped, shippedSilent),
      { atMost: 0.15 },
      percent,
    ],
    [
      'req/s relative to the usual way on Fastify',
      compare('requestsPerSecond', shipped, usualOnFastify),
      { atLeast: 1 },
      ratio,
    ],
    [
      'req/s relative to the usual way on Express',
      compare('requestsPerSecond', shipped, usualOnExpress),
      { atLeast: 1 },
      ratio,
    ],
  ];
  return lines.flatMap(([what, value, limit, show]) =>
    value === undefined ? [] : [toGoal(what, value, limit, show)],
  );
}
