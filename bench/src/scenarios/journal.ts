import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { query } from '../world/databases.js';
import { people } from '../world/people.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

const connections = 64;

/** Turns of each server in a round, so that a slow phase of the machine affects both. */
const turns = 3;

type Kind = 'first' | 'warm';

interface Line {
  readonly label: string;
  readonly hasJournal: boolean;
  readonly samples: Readonly<Record<Kind, Sample[]>>;
}

/** First and warm requests with and without the trigger that writes the journal. */
export const journal: Scenario = {
  id: 'journal',
  run: async (context) => {
    const lines = [
      { label: 'with the journal, as shipped', hasJournal: true },
      { label: 'without its trigger', hasJournal: false },
    ].map((line): Line => ({ ...line, samples: { first: [], warm: [] } }));
    for (let round = 0; round < context.rounds; round += 1)
      await measureRound(context, lines, round);
    return toSection(context, lines);
  },
};

function counts(quick: boolean): { readonly users: number; readonly warm: number } {
  return quick ? { users: 200, warm: 1_000 } : { users: 2_000, warm: 20_000 };
}

/** Both servers run side by side, each with a database of its own, and take turns. */
async function measureRound(
  context: ScenarioContext,
  lines: readonly Line[],
  round: number,
): Promise<void> {
  const { world, quick, rounds, tell } = context;
  const servers: [Line, ServerProcess][] = [];
  const { users } = counts(quick);
  try {
    for (const line of lines) {
      const database = await world.databases.create(0);
      if (!line.hasJournal) await query(database, 'drop trigger users_recorded on users');
      servers.push([line, await startVariant(world, shipped, database)]);
    }
    // The first turn warms up.
    for (let turn = 0; turn <= turns; turn += 1) {
      const from = 1 + turn * users;
      const requests = people(from, from + users - 1).map((person) =>
        meRequest(world.token(person)),
      );
      const order = (round + turn) % 2 === 0 ? servers : servers.toReversed();
      for (const [{ label, samples }, server] of order) {
        const { first, warm } = await measureTurn(context, server, requests);
        if (turn === 0) continue;
        samples.first.push(first);
        samples.warm.push(warm);
        const where = `round ${round + 1} of ${rounds}, turn ${turn} of ${turns}`;
        tell(`${where}: ${label}: PostgreSQL ${short(first.postgresMicros)} µs per first request`);
      }
    }
  } finally {
    await Promise.all(servers.map(([, server]) => server.stop()));
  }
}

async function measureTurn(
  { world, quick }: ScenarioContext,
  server: ServerProcess,
  requests: string[],
): Promise<Record<Kind, Sample>> {
  const { users, warm } = counts(quick);
  try {
    await world.load.connect({ ports: [server.port], connections, requests });
    const first = await measure(world, [server], { atLeastMs: 0, atLeastRequests: users });
    return {
      first,
      warm: await measure(world, [server], { atLeastMs: 0, atLeastRequests: warm }),
    };
  } finally {
    await world.load.disconnect();
  }
}

function toSection({ rounds, quick }: ScenarioContext, lines: readonly Line[]): Section {
  const { users, warm } = counts(quick);
  const of = (hasJournal: boolean, kind: Kind): readonly number[] =>
    lines
      .filter((line) => line.hasJournal === hasJournal)
      .flatMap(({ samples }) => samples[kind].map(({ postgresMicros }) => postgresMicros));
  const without = { first: of(false, 'first'), warm: of(false, 'warm') };
  const ratios = of(true, 'first').map(
    (micros, turn) => micros / (without.first[turn] ?? Number.NaN),
  );
  const added = of(true, 'warm').map((micros, turn) => micros - (without.warm[turn] ?? Number.NaN));
  const medians = lines.map(({ label, hasJournal, samples }) => ({
    ...{ label, hasJournal },
    first: medianOf(samples.first),
    warm: medianOf(samples.warm),
  }));
  return {
    id: journal.id,
    title: 'The journal',
    notes: [
      `In each turn ${whole(users)} users send their first request, and then ${whole(warm)} warm ones, over ${connections} connections. Both servers run side by side, each with a database of its own, and take ${turns} turns in alternating order; ${inRounds(rounds)} and turns. The second server’s database lacks the trigger \`users_recorded\`. Ratios and differences are medians of those of the turns.`,
    ],
    goals: [
      toGoal(
        'PostgreSQL CPU of a first request, with the journal over without',
        median(ratios),
        { atMost: 1.15 },
        ratio,
      ),
      toGoal(
        'PostgreSQL CPU that the journal adds to a warm request',
        median(added),
        { atMost: 1 },
        (value) => `${value.toFixed(1)} µs`,
      ),
    ],
    tables: [
      {
        columns: [
          'server',
          'first: req/s',
          'first: CPU µs/request',
          'first: PostgreSQL µs/request',
          'warm: CPU µs/request',
          'warm: PostgreSQL µs/request',
        ],
        rows: medians.map(({ label, first, warm: known }) => [
          label,
          whole(first.requestsPerSecond),
          short(first.cpuMicros),
          short(first.postgresMicros),
          short(known.cpuMicros),
          short(known.postgresMicros),
        ]),
      },
    ],
    charts: [
      barChart(
        'journal.svg',
        'What the journal costs a first request',
        'µs of PostgreSQL’s CPU per request; less is better',
        medians.map(({ label, hasJournal, first }) => ({
          label,
          value: first.postgresMicros,
          emphasis: hasJournal,
        })),
        short,
      ),
    ],
  };
}
