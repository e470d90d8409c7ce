import { Latencies } from '../load/latencies.js';
import { toGoal, type Section } from '../report/section.js';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { benchUsers, type BenchUser } from '../world/bench-users.js';
import { deliverUpdate } from '../world/clerk.js';
import type { World } from '../world/world.js';
import type { Scenario } from './scenario.js';
import { startVariant } from './start-variant.js';
import { shipped } from './variants.js';

const shares = [0.5, 0.99, 1] as const;

/** How long a change may take to become visible before the run fails, in milliseconds. */
const timeoutMs = 10_000;

/** Measures how long a change at one process takes to appear at another. */
export const coherence: Scenario = {
  id: 'coherence',
  run: async ({ world, quick, log }) => {
    const count = quick ? 20 : 500;
    const allUsers = benchUsers(1, 50);
    const database = await world.databases.create(allUsers.length);
    const first = await startVariant(world, { ...shipped, id: 'api-first' }, database);
    const second = await startVariant(world, { ...shipped, id: 'api-second' }, database);
    const fromSending = new Latencies();
    const fromAnswer = new Latencies();
    try {
      let tokens = new Map<BenchUser, string>();
      for (let change = 1; change <= count; change += 1) {
        if (change % 100 === 1) {
          tokens = signTokens(world, allUsers);
          log(`${change - 1} of ${count} changes`);
        }
        const changed = allUsers[change % allUsers.length] ?? benchUsers(1, 1)[0];
        if (changed === undefined) throw new Error('There are no users.');
        const token = tokens.get(changed) ?? '';
        const name = `Ada Changed ${change}`;
        // Makes the second process serve this user from its cache.
        await seen(second.port, token, undefined);
        const sentAt = performance.now();
        let answeredAt = Number.POSITIVE_INFINITY;
        const delivery = deliverUpdate(first.port, { ...changed, name }, Date.now()).then(() => {
          answeredAt = performance.now();
        });
        await seen(second.port, token, name);
        const seenAt = performance.now();
        await delivery;
        fromSending.add(seenAt - sentAt);
        fromAnswer.add(Math.max(0, seenAt - answeredAt));
      }
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
    return toSection(count, fromSending.quantiles(...shares), fromAnswer.quantiles(...shares));
  },
};

function signTokens(world: World, allUsers: readonly BenchUser[]): Map<BenchUser, string> {
  return new Map(allUsers.map((user) => [user, world.token(user)]));
}

/** Repeats the request until the response has the name; any name, if none is given. */
async function seen(port: number, token: string, name: string | undefined): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  const wanted = name === undefined ? '"name":' : `"name":${JSON.stringify(name)}`;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = await response.text();
    if (response.status !== 200) throw new Error(`A response was ${response.status}: ${body}`);
    if (body.includes(wanted)) return;
    if (performance.now() > giveUpAt) throw new Error('A change was not seen within 10 s.');
  }
}

function toSection(
  count: number,
  fromSending: readonly number[],
  fromAnswer: readonly number[],
): Section {
  const show = (value: number): string => `${value.toFixed(1)} ms`;
  return {
    id: coherence.id,
    title: 'Coherence of two processes',
    notes: [
      `A signed webhook changes each of ${whole(count)} profiles at one process. Meanwhile, another process, which serves the user from its cache, is polled with the same token until its response contains the change. The time includes the webhook request and the last poll.`,
    ],
    goals: [
      toGoal(
        'a change at one process visible at another, p99',
        fromSending[1] ?? Number.NaN,
        { atMost: 50 },
        show,
      ),
    ],
    tables: [
      {
        columns: ['time until the change is visible', 'p50', 'p99', 'longest'],
        rows: [
          ['from sending the webhook', ...fromSending.map(show)],
          ['from the webhook’s response (0: visible before)', ...fromAnswer.map(show)],
        ],
      },
    ],
    charts: [
      barChart(
        'coherence.svg',
        'A change at one process, visible at another',
        'milliseconds from sending the webhook; the goal is under 50 at p99',
        fromSending.map((value, index) => ({
          label: ['p50', 'p99', 'longest'][index] ?? '',
          value,
          emphasis: index === 1,
        })),
        show,
      ),
    ],
  };
}
