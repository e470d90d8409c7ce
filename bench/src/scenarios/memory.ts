import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { barChart } from '../report/bar-chart.js';
import { whole } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import type { Scenario } from './scenario.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../memory/fill-caches.js', import.meta.url));
const answer = z.object({ bytes: z.number() });
const show = (megabytes: number): string => `${megabytes.toFixed(1)} MB`;

/** Measures the memory of full caches. */
export const memory: Scenario = {
  id: 'memory',
  run: async ({ quick, log }) => {
    const users = quick ? 5_000 : 100_000;
    const alone = await megabytes(users, []);
    log(`${whole(users)} users: ${show(alone)}`);
    const together = await megabytes(users, ['--keep-tokens']);
    log(`with the token cache: ${show(together)}`);
    return toSection(users, alone, together);
  },
};

async function megabytes(users: number, options: readonly string[]): Promise<number> {
  const args = ['--expose-gc', script, '--users', String(users), ...options];
  const { stdout } = await run(process.execPath, args);
  return answer.parse(JSON.parse(stdout)).bytes / 1e6;
}

function toSection(users: number, alone: number, together: number): Section {
  const known = `${whole(users)} users`;
  const lines = [
    { label: `user cache, ${known}`, value: alone },
    { label: `user cache and token cache, ${known}`, value: together },
  ];
  return {
    id: memory.id,
    title: 'Memory',
    notes: [
      `Memory that one process’s caches use for ${known} with realistic profiles and one token each: the growth of heap and external memory after a garbage collection. A separate process fills the real cache classes through their ports.`,
    ],
    goals: lines.map(({ label, value }) => toGoal(label, value, { atMost: 100 }, show)),
    tables: [
      {
        columns: ['cache', 'MB', 'bytes per user'],
        rows: lines.map(({ label, value }) => [
          label,
          value.toFixed(1),
          whole((value * 1e6) / users),
        ]),
      },
    ],
    charts: [
      barChart('memory.svg', `Memory used for ${known}`, 'MB; the goal is under 100', lines, show),
    ],
  };
}
