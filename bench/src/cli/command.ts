import { relative } from 'node:path';
import { describeMachine } from '../machine/describe-machine.js';
import { memoryLatencyNanoseconds } from '../machine/memory-latency.js';
import { canPin, leaveServerCore } from '../machine/pinning.js';
import { ResultsFolder } from '../report/results-folder.js';
import { markdownTable } from '../report/markdown.js';
import type { Section } from '../report/section.js';
import { scenarios } from '../scenarios/all.js';
import { World } from '../world/world.js';
import { benchOptions, toPlan, type Plan } from './plan.js';

/**
 * `npm run bench`.
 *
 * @param root the repository's folder
 * @param options the command-line options
 * @returns the exit code; missed goals are not a failure
 */
export async function benchCommand(root: string, options: unknown): Promise<number> {
  try {
    const parsed = benchOptions.safeParse(options);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Error(`--${issue?.path.join('.') ?? ''} is ${issue?.message ?? 'not valid'}.`);
    }
    await runPlan(toPlan(root, parsed.data), root);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function runPlan(plan: Plan, root: string): Promise<void> {
  leaveServerCore();
  const results = new ResultsFolder(
    plan.out,
    scenarios.map(({ id }) => id),
  );
  const begin = performance.now();
  const log = (line: string): void => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(0).padStart(4);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  if (!canPin) log('Cannot pin processes to cores on this system: the figures are less precise.');
  log('Starting PostgreSQL, the Clerk stub and the load generator …');
  const world = await World.start();
  const onSignal = (): void => {
    void world.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    for (const scenario of plan.scenarios) {
      log(`${scenario.id} …`);
      const section = await scenario.run({ ...plan, world, log });
      results.write(section, {
        when: new Date().toISOString().slice(0, 10),
        machine: describeMachine(),
        memoryLatency: Math.round(memoryLatencyNanoseconds()),
      });
      process.stdout.write(`\n${asText(section)}\n\n`);
    }
  } finally {
    await world.stop();
  }
  log(`Done. The tables and plots are in ${relative(root, plan.out)}/.`);
}

function asText({ title, tables, goals }: Section): string {
  const summary = goals.map(
    ({ what, goal, measured, met }) =>
      `${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (${goal})`,
  );
  return [title, '', ...tables.map((table) => `${markdownTable(table)}\n`), ...summary].join('\n');
}
