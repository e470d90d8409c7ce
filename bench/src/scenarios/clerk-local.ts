import { join } from 'node:path';
import { apiRequest } from '../clerk-local/api-request.js';
import { startOfProcess, startsOfInstances } from '../clerk-local/starts.js';
import { ServerProcess } from '../machine/server-process.js';
import { barChart } from '../report/bar-chart.js';
import { rounds as inRounds, short, whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { benchUsers } from '../world/bench-users.js';
import { measure, median, medianOf, type Sample } from './measure.js';
import type { Scenario, ScenarioContext } from './scenario.js';

const users = 10_000;
const connections = 64;

/** Typical user lists of dashboards and back offices. */
const lists = [
  { label: 'the newest 10', path: '/users?limit=10' },
  { label: 'the newest 500', path: '/users?limit=500' },
  { label: 'the last page of 100', path: '/users?limit=100&offset=9900' },
  {
    label: 'a page of 100 by address',
    path: '/users?order_by=email_address&limit=100&offset=5000',
  },
  { label: 'by an email address', path: '/users?email_address=person.5000@people.example' },
  { label: 'by part of the name', path: '/users?query=testperson%20777' },
  { label: 'the count by part of the name', path: '/users/count?query=testperson' },
] as const;

interface Starts {
  readonly first: number[];
  readonly again: number[];
  readonly instances: number[];
}

interface Results {
  readonly starts: Starts;
  /** Milliseconds of each list, by label. */
  readonly lists: ReadonlyMap<string, Sample[]>;
  /** Requests for single users. */
  readonly load: Sample[];
}

/** The cost of clerk-local: start-up, large user lists, and single requests. */
export const clerkLocal: Scenario = {
  id: 'clerk-local',
  run: async (context) => {
    const results: Results = {
      starts: { first: [], again: [], instances: [] },
      lists: new Map(lists.map(({ label }) => [label, []])),
      load: [],
    };
    for (let round = 0; round < context.rounds; round += 1) {
      await measureStarts(context, results.starts, round);
      await measureRequests(context, results);
    }
    return toSection(context, results);
  },
};

function counts(quick: boolean): { starts: number; instances: number; lists: number } {
  return quick ? { starts: 2, instances: 3, lists: 10 } : { starts: 8, instances: 20, lists: 100 };
}

async function measureStarts(
  { world, quick, rounds, log }: ScenarioContext,
  starts: Starts,
  round: number,
): Promise<void> {
  const { starts: times, instances } = counts(quick);
  for (let time = 0; time < times; time += 1) {
    const folder = join(world.folder, `clerk-local-${round}-${time}`);
    starts.first.push(await startOfProcess(folder));
    starts.again.push(await startOfProcess(folder));
  }
  // The first instance in a process also includes loading and compiling.
  const [, ...later] = await startsOfInstances(instances + 1);
  starts.instances.push(...later);
  const medians = [starts.first, starts.again, starts.instances].map((each) =>
    milliseconds(median(each)),
  );
  log(`round ${round + 1} of ${rounds}: starts in ${medians.join(', ')}`);
}

async function measureRequests(context: ScenarioContext, results: Results): Promise<void> {
  const { world, quick, measureMs, warmUpMs } = context;
  const server = await ServerProcess.start({
    script: new URL('../servers/clerk-local.js', import.meta.url),
    env: { ...world.environment(''), NODE_ENV: 'test' },
    output: world.outputOf('clerk-local'),
  });
  const ports = [server.port];
  const atLeastRequests = counts(quick).lists;
  try {
    const requests = benchUsers(1, users).map(({ clerkId }) => apiRequest(`/users/${clerkId}`));
    await world.load.connected({ ports, connections, requests }, async () => {
      await world.load.run({ atLeastMs: warmUpMs, atLeastRequests: 1 });
      const sample = await measure(world, [server], { atLeastMs: measureMs, atLeastRequests: 1 });
      results.load.push(sample);
    });
    for (const { label, path } of lists) {
      const options = { ports, connections: 1, requests: [apiRequest(path)] };
      await world.load.connected(options, async () => {
        await world.load.run({ atLeastMs: 0, atLeastRequests: 10 });
        const sample = await measure(world, [server], { atLeastMs: 0, atLeastRequests });
        results.lists.get(label)?.push(sample);
      });
    }
  } finally {
    await server.stop();
  }
}

function toSection({ rounds, quick }: ScenarioContext, results: Results): Section {
  const { first, again, instances } = results.starts;
  const times = counts(quick);
  const load = medianOf(results.load);
  const listed = lists.map(({ label }) => ({
    label,
    sample: medianOf(results.lists.get(label) ?? []),
  }));
  const slowest = Math.max(...listed.map(({ sample }) => sample.p50Ms));
  const started = [
    { label: 'a process, new data folder', values: first },
    { label: 'a process, same data folder', values: again },
    { label: 'an instance per test, after the first', values: instances },
  ];
  return {
    id: clerkLocal.id,
    title: 'clerk-local',
    notes: [
      `Start-up time runs from the call to the first response, with all cores available. Each round starts ${times.starts} processes of each kind (\`clerk-local\`, measured from \`spawn\`) and ${times.instances} instances in a row in one process (\`startClerkLocal\`). A start with a new data folder generates an RSA key, which takes a varying amount of time.`,
      `Requests go to an instance with ${whole(users)} users on one core, without logging, which is the default in tests. Each list is requested ${times.lists} times per round over one connection; single users are requested in turn over ${connections} connections. Figures are ${inRounds(rounds)}.`,
    ],
    goals: [
      toGoal('start of a clerk-local process', median(first), { atMost: 300 }, milliseconds),
      toGoal(
        'start of a clerk-local instance per test',
        median(instances),
        { atMost: 200 },
        milliseconds,
      ),
      toGoal(
        `the slowest list of ${whole(users)} users in clerk-local`,
        slowest,
        { atMost: 20 },
        milliseconds,
      ),
      toGoal('req/s of clerk-local on one core', load.requestsPerSecond, { atLeast: 2_000 }, whole),
    ],
    tables: [
      {
        columns: ['start of', 'median', 'shortest', 'longest'],
        rows: started.map(({ label, values }) => [
          label,
          ...[median(values), Math.min(...values), Math.max(...values)].map(milliseconds),
        ]),
      },
      {
        columns: [`request, ${whole(users)} users`, 'req/s', 'CPU µs/request', 'p50 ms', 'p99 ms'],
        rows: [
          row(`one user, ${connections} connections`, load),
          ...listed.map(({ label, sample }) => row(`list: ${label}`, sample)),
        ],
      },
    ],
    charts: [
      barChart(
        'clerk-local.svg',
        'How long clerk-local takes to start',
        'ms until the first response; less is better',
        started.map(({ label, values }) => ({ label, value: median(values), emphasis: true })),
        milliseconds,
      ),
    ],
  };
}

function row(label: string, sample: Sample): string[] {
  const { requestsPerSecond, cpuMicros, p50Ms, p99Ms } = sample;
  return [label, whole(requestsPerSecond), short(cpuMicros), p50Ms.toFixed(2), p99Ms.toFixed(2)];
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 20 ? 1 : 0)} ms`;
}
