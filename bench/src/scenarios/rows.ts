import { short, whole } from '../report/figures.js';
import { lineChart } from '../report/line-chart.js';
import type { Section } from '../report/section.js';
import { addUsers } from '../world/databases.js';
import { benchUser, type BenchUser } from '../world/bench-users.js';
import { measureWarm } from './measure-warm.js';
import type { Sample } from './measure.js';
import type { Scenario } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped, uncached, type Variant } from './variants.js';

const connections = 64;
const variants = [shipped, uncached] as const;

interface Line {
  readonly rows: number;
  readonly variant: Variant;
  readonly sample: Sample;
}

/** The same requests while the table grows. */
export const rowsInTheTable: Scenario = {
  id: 'rows',
  run: async (context) => {
    const { world, quick, users, log } = context;
    const sizes = quick ? [1, 10_000] : [1, 1_000, 100_000, 1_000_000];
    const database = await world.databases.create(0);
    const lines: Line[] = [];
    let rows = 0;
    for (const size of sizes) {
      await addUsers(database, rows + 1, size);
      rows = size;
      log(`${whole(rows)} rows are there`);
      for (const variant of variants) {
        const server = await startVariant(world, variant, database);
        try {
          const sample = await measureWarm(context, [server], spread(users, rows), connections);
          lines.push({ rows, variant, sample });
          log(
            `${whole(rows)} rows: ${variant.label}: ${short(sample.cpuMicros)} µs CPU per request`,
          );
        } finally {
          await server.stop();
        }
      }
    }
    return toSection(sizes, users, lines);
  },
};

/** Up to `count` users, spread evenly over the table. */
function spread(count: number, rows: number): BenchUser[] {
  const length = Math.min(count, rows);
  return Array.from({ length }, (_, index) => benchUser(1 + Math.floor((index * rows) / length)));
}

function toSection(sizes: readonly number[], users: number, lines: readonly Line[]): Section {
  return {
    id: rowsInTheTable.id,
    title: 'Rows in the table',
    notes: [
      `\`GET /users/me\` for ${whole(users)} users spread evenly over the table (or the only user, if it has one row), over ${connections} connections. With both caches off, every request verifies its token and runs the sync statement.`,
    ],
    goals: [],
    tables: [
      {
        columns: [
          'rows in `users`, server',
          'req/s',
          'CPU µs/request',
          'PostgreSQL µs/request',
          'p50 ms',
          'p99 ms',
        ],
        rows: lines.map(({ rows, variant, sample }) => [
          `${whole(rows)}, ${variant.label}`,
          whole(sample.requestsPerSecond),
          short(sample.cpuMicros),
          short(sample.postgresMicros),
          sample.p50Ms.toFixed(2),
          sample.p99Ms.toFixed(2),
        ]),
      },
    ],
    charts: [
      lineChart(
        {
          file: 'rows.svg',
          title: 'What a request costs as the table grows',
          unit: 'µs of CPU per request, the server’s and PostgreSQL’s together; less is better',
          across: 'rows in users',
          steps: sizes.map(whole),
          series: variants.map((variant) => ({
            label: variant.label,
            values: lines
              .filter((each) => each.variant === variant)
              .map(({ sample }) => sample.cpuMicros + sample.postgresMicros),
          })),
        },
        short,
      ),
    ],
  };
}
