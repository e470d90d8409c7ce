import type { ServerProcess } from '../machine/server-process.js';
import { short, whole } from '../report/figures.js';
import { lineChart } from '../report/line-chart.js';
import type { Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import { measureWarm } from './measure-warm.js';
import type { Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

const connections = 66;

/** The same requests with more API processes. */
export const processesOfTheApi: Scenario = {
  id: 'processes',
  run: async (context) => {
    const samples: Sample[] = [];
    for (const count of context.quick ? [1, 2] : [1, 2, 3]) {
      const sample = await measureProcesses(context, count);
      samples.push(sample);
      const figures = `${whole(sample.requestsPerSecond)} req/s, ${short(sample.cpuMicros)} µs CPU per request`;
      context.log(`${count} processes: ${figures}`);
    }
    return toSection(samples);
  },
};

async function measureProcesses(context: ScenarioContext, count: number): Promise<Sample> {
  const { world, users } = context;
  const database = await world.databases.create(users);
  const servers: ServerProcess[] = [];
  try {
    for (let number = 1; number <= count; number += 1) {
      const id = `${shipped.id}-${number}`;
      servers.push(await startVariant(world, { ...shipped, id }, database));
    }
    return await measureWarm(context, servers, benchUsers(1, users), connections);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function toSection(samples: readonly Sample[]): Section {
  return {
    id: processesOfTheApi.id,
    title: 'Processes of the API',
    notes: [
      `This API as shipped, with ${connections} connections spread over its processes. All processes share one core, because the load generator and PostgreSQL use the other, so req/s cannot grow. The table shows whether a request costs more CPU when several processes run. With one core per process, throughput grows with the number of processes as long as the cost per request stays the same.`,
    ],
    goals: [],
    tables: [
      {
        columns: [
          'processes',
          'req/s, total',
          'CPU µs/request',
          'p50 ms',
          'p99 ms',
          'RSS MB, total',
        ],
        rows: samples.map((sample, index) => [
          String(index + 1),
          whole(sample.requestsPerSecond),
          short(sample.cpuMicros),
          sample.p50Ms.toFixed(2),
          sample.p99Ms.toFixed(2),
          whole(sample.residentMb),
        ]),
      },
    ],
    charts: [
      lineChart(
        {
          file: 'processes.svg',
          title: 'The cost of a request with more processes',
          unit: 'µs of CPU per request, all processes on one core; less is better',
          across: 'processes of the API',
          steps: samples.map((_, index) => String(index + 1)),
          series: [{ label: shipped.label, values: samples.map(({ cpuMicros }) => cpuMicros) }],
        },
        short,
      ),
    ],
  };
}
