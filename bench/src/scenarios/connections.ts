import { short, whole } from '../report/figures.js';
import { lineChart } from '../report/line-chart.js';
import type { Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import { measureWarm } from './measure-warm.js';
import type { Sample } from './measure.js';
import { sampleTable } from './sample-table.js';
import type { Scenario } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

interface Line {
  readonly connections: number;
  readonly sample: Sample;
}

/** The same requests over more connections at once. */
export const connectionsAtOnce: Scenario = {
  id: 'connections',
  run: async (context) => {
    const { world, quick, users, log } = context;
    const database = await world.databases.create(users);
    const server = await startVariant(world, shipped, database);
    const lines: Line[] = [];
    try {
      for (const connections of quick ? [1, 100] : [1, 10, 100, 1_000]) {
        const sample = await measureWarm(context, [server], benchUsers(1, users), connections);
        lines.push({ connections, sample });
        const figures = `${whole(sample.requestsPerSecond)} req/s, p99 ${short(sample.p99Ms)} ms`;
        log(`${whole(connections)} connections: ${figures}`);
      }
    } finally {
      await server.stop();
    }
    return toSection(lines);
  },
};

function toSection(lines: readonly Line[]): Section {
  const steps = lines.map(({ connections }) => whole(connections));
  const values = (of: keyof Sample): number[] => lines.map(({ sample }) => sample[of]);
  return {
    id: connectionsAtOnce.id,
    title: 'Connections at once',
    notes: [
      'This API as shipped. Each connection sends its next request as soon as it receives a response, so with many connections most of the latency is time spent in the queue.',
    ],
    goals: [],
    tables: [
      sampleTable(
        'connections',
        lines.map(({ connections, sample }) => ({ label: whole(connections), sample })),
      ),
    ],
    charts: [
      lineChart(
        {
          file: 'connections.svg',
          title: 'The cost of a request with more connections',
          unit: 'µs of the server’s CPU per request; less is better',
          across: 'connections at once',
          steps,
          series: [{ label: shipped.label, values: values('cpuMicros') }],
        },
        short,
      ),
    ],
  };
}
