import { query } from '@populatte/embedded-postgres';
import { until } from '@populatte/process-kit';
import { z } from 'zod';
import { meRequest } from '../load/me-request.js';
import type { ServerProcess } from '../machine/server-process.js';
import { barChart } from '../report/bar-chart.js';
import { ratio, rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import type { World } from '../world/world.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { sideBySide } from './side-by-side.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

const connections = 64;

/** Measured turns of each server in a round. */
const turns = 3;

type Kind = 'first' | 'warm';

/** The replacement of the journal's trigger in each server's database. */
const setups = {
  shipped: { label: 'with the journal, as shipped', sql: '' },
  rowAlone: {
    label: 'a trigger that only inserts the row',
    sql: `create or replace function record_user_event() returns trigger language plpgsql as $$
      begin
        insert into user_events (user_id, type, source, changed, version)
        values (new.id, 'created', 'token', '{}', new.profile_version);
        return null;
      end $$`,
  },
  empty: {
    label: 'a trigger that does nothing',
    sql: `create or replace function record_user_event() returns trigger language plpgsql as $$
      begin return null; end $$`,
  },
  none: { label: 'without its trigger', sql: 'drop trigger users_recorded on users' },
} as const;

type Setup = keyof typeof setups;

interface Line {
  readonly setup: Setup;
  readonly samples: Readonly<Record<Kind, Sample[]>>;
  /**
   * Per round, how long PostgreSQL was busy per first request according to its own statistics, in
   * microseconds.
   */
  readonly activeMicros: number[];
}

/**
 * First and warm requests with the trigger that writes the journal, without it, and with parts of
 * it.
 */
export const journal: Scenario = {
  id: 'journal',
  run: async (context) => {
    const lines = (Object.keys(setups) as Setup[]).map((setup): Line => ({
      setup,
      samples: { first: [], warm: [] },
      activeMicros: [],
    }));
    for (let round = 0; round < context.rounds; round += 1)
      await measureRound(context, lines, round);
    return toSection(context, lines);
  },
};

function counts(quick: boolean): { readonly users: number; readonly warm: number } {
  return quick ? { users: 200, warm: 1_000 } : { users: 2_000, warm: 20_000 };
}

/** Each server has its own database. */
async function measureRound(
  context: ScenarioContext,
  lines: readonly Line[],
  round: number,
): Promise<void> {
  const { world, quick, rounds, log } = context;
  const databases: [Line, string][] = [];
  const { users } = counts(quick);
  await sideBySide({
    lines,
    round,
    // The first turn warms up.
    turns: turns + 1,
    start: async (line) => {
      const database = await world.databases.create(0);
      const { sql } = setups[line.setup];
      if (sql !== '') await query(database, sql);
      databases.push([line, database]);
      return startVariant(world, shipped, database);
    },
    prepare: (turn) => {
      const from = 1 + turn * users;
      const allUsers = benchUsers(from, from + users - 1);
      return async ({ setup, samples }, server) => {
        // Creates new tokens for each server, because tokens live for 60 s.
        const requests = allUsers.map((user) => meRequest(world.token(user)));
        const { first, warm } = await measureTurn(context, server, requests);
        if (turn === 0) return;
        samples.first.push(first);
        samples.warm.push(warm);
        const where = `round ${round + 1} of ${rounds}, turn ${turn} of ${turns}`;
        log(
          `${where}: ${setups[setup].label}: PostgreSQL ${short(first.postgresMicros)} µs per first request`,
        );
      };
    },
  });
  // Sessions report their remaining statistics when they end.
  for (const [line, database] of databases)
    line.activeMicros.push((await activeMicros(world, database)) / (users * (turns + 1)));
}

const activity = z.tuple([z.object({ micros: z.number(), sessions: z.number() })]);

/**
 * @returns how long the sessions of a database ran statements, including commits, once all have
 * ended
 */
function activeMicros({ postgres }: World, database: string): Promise<number> {
  const name = new URL(database).pathname.slice(1);
  return until('the sessions have ended', async () => {
    const rows = await postgres.query(
      'postgres',
      `select active_time * 1000 as micros, numbackends as sessions
       from pg_stat_database where datname = '${name}'`,
    );
    const [{ micros, sessions }] = activity.parse(rows);
    return sessions === 0 && micros;
  });
}

async function measureTurn(
  { world, quick }: ScenarioContext,
  server: ServerProcess,
  requests: string[],
): Promise<Record<Kind, Sample>> {
  const { users, warm } = counts(quick);
  return world.load.connected({ ports: [server.port], connections, requests }, async () => {
    const first = await measure(world, [server], { atLeastMs: 0, atLeastRequests: users });
    return {
      first,
      warm: await measure(world, [server], { atLeastMs: 0, atLeastRequests: warm }),
    };
  });
}

function toSection({ rounds, quick }: ScenarioContext, lines: readonly Line[]): Section {
  const { users, warm } = counts(quick);
  const without = lines.find(({ setup }) => setup === 'none');
  const cpuOf = (line: Line | undefined, kind: Kind): readonly number[] =>
    line?.samples[kind].map(({ postgresMicros }) => postgresMicros) ?? [];
  const cpuRatio = (line: Line | undefined): number =>
    median(ratiosOf(cpuOf(line, 'first'), cpuOf(without, 'first')));
  const timeRatio = (line: Line | undefined): number =>
    median(ratiosOf(line?.activeMicros ?? [], without?.activeMicros ?? []));
  const journaled = lines.find(({ setup }) => setup === 'shipped');
  const added = cpuOf(journaled, 'warm').map(
    (micros, turn) => micros - (cpuOf(without, 'warm')[turn] ?? Number.NaN),
  );
  const medians = lines.map((line) => ({
    ...{ line, label: setups[line.setup].label },
    first: medianOf(line.samples.first),
    warm: medianOf(line.samples.warm),
  }));
  return {
    id: journal.id,
    title: 'The journal',
    notes: [
      `In each turn, ${whole(users)} users send their first request, followed by ${whole(warm)} warm requests, over ${connections} connections. The servers run side by side, each with its own database, and take ${turns} turns in alternating order; ${inRounds(rounds)} and turns. The baseline is the server whose database lacks the trigger \`users_recorded\`. Ratios and differences are computed per turn, and the median is shown.`,
      `CPU is the total of all PostgreSQL processes. Time is \`active_time\` from \`pg_stat_database\`: how long sessions were busy per first request, including the commit, over all turns of a round. The rows in between isolate parts of the journal’s work: the trigger itself, and the insert into a table with indexes.`,
    ],
    goals: [
      toGoal(
        'PostgreSQL time of a first request, including the commit, with the journal relative to without',
        timeRatio(journaled),
        { atMost: 1.15 },
        ratio,
      ),
      toGoal(
        'PostgreSQL CPU of a first request, with the journal relative to without',
        cpuRatio(journaled),
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
          'first: PostgreSQL CPU µs/request',
          'ratio',
          'first: PostgreSQL time µs/request',
          'ratio',
          'warm: CPU µs/request',
          'warm: PostgreSQL µs/request',
        ],
        rows: medians.map(({ line, label, first, warm: known }) => [
          label,
          whole(first.requestsPerSecond),
          short(first.cpuMicros),
          short(first.postgresMicros),
          ratio(cpuRatio(line)),
          short(median(line.activeMicros)),
          ratio(timeRatio(line)),
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
        medians.map(({ line, label, first }) => ({
          label,
          value: first.postgresMicros,
          emphasis: line.setup === 'shipped',
        })),
        short,
      ),
    ],
  };
}

function ratiosOf(values: readonly number[], bases: readonly number[]): readonly number[] {
  return values.map((value, index) => value / (bases[index] ?? Number.NaN));
}
