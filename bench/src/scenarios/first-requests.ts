import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { sideBySide } from './side-by-side.js';
import { startVariant } from './start-variant.js';
import { shipped, usualOnFastify, verifiedInsert, verifiedSelect } from './variants.js';

const connections = 64;

/** Whether the users of a server's requests have rows. */
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

/**
 * The age of a server's process. `young`: V8 is still compiling, and the larger a program, the more
 * there is to compile. `compiled`: V8 has compiled the path that creates users, and what is measured
 * is the work of a request.
 */
type Age = 'young' | 'compiled';

/** Measured turns of each compiled server in a round. */
const turns = 3;

/** Turns between the young process and the compiled one; not measured. */
const compilingTurns = 4;

interface Line {
  readonly each: Each;
  readonly samples: Readonly<Record<Age, Sample[]>>;
}

/** Requests of new users, so that each verifies a token and creates a row. */
export const firstRequests: Scenario = {
  id: 'first-requests',
  run: async (context) => {
    const lines = variants.map((each): Line => ({ each, samples: { young: [], compiled: [] } }));
    for (let round = 0; round < context.rounds; round += 1)
      await measureRound(context, lines, round);
    return toSection(context, lines);
  },
};

/** The first requests of a new process, and of each turn. */
function counts(quick: boolean): { readonly start: number; readonly turn: number } {
  return quick ? { start: 200, turn: 300 } : { start: 2_000, turn: 4_000 };
}

/** @returns how many requests a server has answered before the turns of this age */
function warmUpOf(age: Age, quick: boolean): number {
  const { start, turn } = counts(quick);
  return age === 'young' ? start : start + (1 + compilingTurns) * turn;
}

/** Each server has its own database. */
async function measureRound(
  context: ScenarioContext,
  lines: readonly Line[],
  round: number,
): Promise<void> {
  const { world, quick, rounds, log } = context;
  const { start, turn: size } = counts(quick);
  const ages: readonly (Age | 'start' | 'compiling')[] = [
    ...['start' as const, 'young' as const],
    ...Array.from({ length: compilingTurns }, () => 'compiling' as const),
    ...Array.from({ length: turns }, () => 'compiled' as const),
  ];
  const total = start + (ages.length - 1) * size;
  let served = 0;
  await sideBySide({
    lines,
    round,
    turns: ages.length,
    start: async ({ each: { variant, known } }) =>
      startVariant(world, variant, await world.databases.create(known ? total : 0)),
    prepare: (turn) => {
      const age = ages[turn] ?? 'start';
      const count = age === 'start' ? start : size;
      // Each user sends one request to each server. Created now, because tokens live for 60 s.
      const requests = benchUsers(served + 1, served + count).map((user) =>
        meRequest(world.token(user)),
      );
      const before = served;
      served += count;
      return async ({ each, samples }, server) => {
        const sample = await measureTurn(context, server, requests);
        if (age === 'start' || age === 'compiling') return;
        samples[age].push(sample);
        const figures = `${short(sample.cpuMicros)} µs CPU per request, PostgreSQL ${short(sample.postgresMicros)} µs`;
        log(
          `round ${round + 1} of ${rounds}, after ${whole(before)} requests: ${each.label}: ${figures}`,
        );
      };
    },
  });
}

async function measureTurn(
  { world }: ScenarioContext,
  server: ServerProcess,
  requests: string[],
): Promise<Sample> {
  return world.load.connected({ ports: [server.port], connections, requests }, () =>
    measure(world, [server], { atLeastMs: 0, atLeastRequests: requests.length }),
  );
}

function toSection({ rounds, quick }: ScenarioContext, lines: readonly Line[]): Section {
  const base = lines.find(({ each }) => each.variant === verifiedSelect);
  const overSelect = (line: Line | undefined, age: Age): number =>
    median(
      line?.samples[age].map(
        ({ cpuMicros }, turn) => cpuMicros / (base?.samples[age][turn]?.cpuMicros ?? Number.NaN),
      ) ?? [],
    );
  const medians = lines.map((line) => ({
    ...{ line, label: line.each.label },
    young: medianOf(line.samples.young),
    compiled: medianOf(line.samples.compiled),
  }));
  const [young, compiled] = [warmUpOf('young', quick), warmUpOf('compiled', quick)].map(whole);
  const { turn } = counts(quick);
  return {
    id: firstRequests.id,
    title: 'First requests',
    notes: [
      `Requests over ${connections} connections, each from a different user. The servers run side by side, each with its own database. In each round, every server starts as a new process, answers ${compiled} first requests as a warm-up, and then takes ${turns} turns of ${whole(turn)}, in alternating order; ${inRounds(rounds)} and turns. Ratios are computed per turn, and the median is shown. In the first row of the table, every user already has a row in the database; in the other rows, no user has one. The second row shows the minimum cost of creating a user: a bare Nest server with a prepared insert and no sync rule, journal or log.`,
      `The columns “of a new process” show what warm-up changes: the ${whole(turn)} requests after a warm-up of only ${young}, in the same rounds. V8 is still compiling then, on the server’s core, and a larger program takes it longer. The goal uses the other columns, which measure the work and not the compilation. A process that rarely creates users is between the two.`,
    ],
    goals: [
      toGoal(
        'server CPU of a first request, including the insert, relative to verify and one select, processes warmed up',
        overSelect(
          lines.find(({ each }) => each.variant === shipped),
          'compiled',
        ),
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
          'CPU µs/request of a new process',
          'relative to the select, of a new process',
          'PostgreSQL µs/request',
          'p50 ms',
          'p99 ms',
        ],
        rows: medians.map(({ line, label, young: early, compiled: sample }) => [
          label,
          whole(sample.requestsPerSecond),
          short(sample.cpuMicros),
          ratio(overSelect(line, 'compiled')),
          short(early.cpuMicros),
          ratio(overSelect(line, 'young')),
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
        medians.map(({ line, label, compiled: sample }) => ({
          label,
          value: sample.cpuMicros,
          emphasis: line.each.variant === shipped,
        })),
        short,
      ),
    ],
  };
}
