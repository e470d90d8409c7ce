import { meRequest } from '../load/me-request.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { people } from '../world/people.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import {
  shipped,
  usualOnFastify,
  verifiedInsert,
  verifiedSelect,
  type Variant,
} from './variants.js';

const connections = 64;

/** The number of requests per variant, and whether their users have rows. */
const variants = [
  { variant: verifiedSelect, label: 'verify, one select of an existing row', known: true },
  { variant: verifiedInsert, label: 'verify, one insert and its commit, no sync', known: false },
  { variant: shipped, label: 'this API: verify, create the user', known: false },
  {
    variant: usualOnFastify,
    label: 'the usual way on Fastify: verify, select, insert',
    known: false,
  },
] as const;

type Each = (typeof variants)[number];

/** Requests of new users, so that each verifies a token and creates a row. */
export const firstRequests: Scenario = {
  id: 'first-requests',
  run: async (context) => {
    const samples = new Map(variants.map((each): [Each, Sample[]] => [each, []]));
    for (let round = 0; round < context.rounds; round += 1) {
      const order = round % 2 === 0 ? variants : [...variants].reverse();
      // Created before any measurement; one per user, used once per server.
      const requests = mint(context);
      for (const each of order) {
        const sample = await measureFirst(context, each, requests);
        samples.get(each)?.push(sample);
        const figures = `${short(sample.cpuMicros)} µs CPU per request, PostgreSQL ${short(sample.postgresMicros)} µs`;
        context.tell(`round ${round + 1} of ${context.rounds}: ${each.label}: ${figures}`);
      }
    }
    return toSection(context, samples);
  },
};

function counts(quick: boolean): { readonly warm: number; readonly measured: number } {
  return quick ? { warm: 200, measured: 300 } : { warm: 2_000, measured: 4_000 };
}

function mint({ world, quick }: ScenarioContext): string[] {
  const { warm, measured } = counts(quick);
  return people(1, warm + measured).map((person) => meRequest(world.token(person)));
}

async function measureFirst(
  { world, quick }: ScenarioContext,
  { variant, known }: Each,
  requests: string[],
): Promise<Sample> {
  const { warm, measured } = counts(quick);
  const database = await world.databases.create(known ? requests.length : 0);
  const server = await startVariant(world, variant, database);
  try {
    await world.load.connect({ ports: [server.port], connections, requests });
    await world.load.run({ atLeastMs: 0, atLeastRequests: warm });
    return await measure(world, [server], { atLeastMs: 0, atLeastRequests: measured });
  } finally {
    await world.load.disconnect();
    await server.stop();
  }
}

function toSection(
  { rounds, quick }: ScenarioContext,
  samples: ReadonlyMap<Each, readonly Sample[]>,
): Section {
  const medians = [...samples].map(([each, all]) => ({ ...each, sample: medianOf(all) }));
  const of = (variant: Variant): readonly Sample[] =>
    [...samples].find(([each]) => each.variant === variant)?.[1] ?? [];
  const bases = of(verifiedSelect);
  const overSelect = (variant: Variant): number =>
    median(
      of(variant).map(
        ({ cpuMicros }, round) => cpuMicros / (bases[round]?.cpuMicros ?? Number.NaN),
      ),
    );
  const { warm, measured } = counts(quick);
  return {
    id: firstRequests.id,
    title: 'First requests',
    notes: [
      `${whole(measured)} requests, each from a different user, over ${connections} connections, after ${whole(warm)} warm-up requests from other users; ${inRounds(rounds)}. In the first row of the table, every user already has a row in the database; in the other rows, no user has one. The second row shows the minimum cost of creating a user: a bare Nest server with a prepared insert and no sync rule, journal or log.`,
    ],
    goals: [
      toGoal(
        'server CPU of a first request, including the insert, relative to verify and one select',
        overSelect(shipped),
        { atMost: 1.4 },
        ratio,
      ),
    ],
    tables: [
      {
        columns: [
          'request',
          'req/s',
          'CPU µs/request',
          'relative to the select',
          'PostgreSQL µs/request',
          'p50 ms',
          'p99 ms',
        ],
        rows: medians.map(({ variant, label, sample }) => [
          label,
          whole(sample.requestsPerSecond),
          short(sample.cpuMicros),
          ratio(overSelect(variant)),
          short(sample.postgresMicros),
          sample.p50Ms.toFixed(2),
          sample.p99Ms.toFixed(2),
        ]),
      },
    ],
    charts: [
      barChart(
        'first-requests.svg',
        'The first request of a user',
        'µs of the server’s CPU per request; less is better',
        medians.map(({ variant, label, sample }) => ({
          label,
          value: sample.cpuMicros,
          emphasis: variant === shipped,
        })),
        short,
      ),
    ],
  };
}
