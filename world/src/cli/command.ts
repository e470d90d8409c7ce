import { join } from 'node:path';
import { environments } from '../environments/all.js';
import { Skip, type Environment, type Outcome } from '../environment.js';
import { printOutcomes, writeCounts, writeTable } from '../report.js';
import { TestContext } from '../test-context.js';

export interface WorldOptions {
  readonly fast: boolean;
  readonly list: boolean;
  readonly write: boolean;
  readonly only?: readonly string[];
}

/** @returns the exit code */
export async function worldCommand(root: string, options: WorldOptions): Promise<number> {
  const chosen = choose(options);
  if (options.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return 0;
  }
  if (chosen.length === 0) {
    process.stderr.write(
      `No environment matches ${options.only?.join(', ') ?? ''}. --list prints the names.\n`,
    );
    return 2;
  }
  if (options.write && (options.fast || options.only !== undefined)) {
    process.stderr.write('--write records a run of all environments: omit --only and --fast.\n');
    return 2;
  }
  const outcomes = await runAll(root, chosen, options.fast);
  printOutcomes(outcomes);
  await writeCounts(join(root, 'world/test-results/world.json'), outcomes);
  if (options.write) await writeTable(root, outcomes);
  return outcomes.some(({ result }) => result === 'failed') ? 1 : 0;
}

function choose({ fast, only }: WorldOptions): Environment[] {
  return environments
    .filter((environment) => !fast || environment.fast === true)
    .filter(
      ({ name }) => only?.some((part) => name.toLowerCase().includes(part.toLowerCase())) ?? true,
    );
}

async function runAll(
  root: string,
  chosen: readonly Environment[],
  offline: boolean,
): Promise<Outcome[]> {
  const context = await TestContext.open(root, {
    offline,
    progress: (text) => process.stdout.write(`    ${text}\n`),
  });
  const stop = new AbortController();
  const onSignal = (): void => {
    stop.abort();
    process.stdout.write('Stopping after the clean-up …\n');
    void context.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, environment] of chosen.entries()) {
      process.stdout.write(`[${index + 1}/${chosen.length}] ${environment.name}\n`);
      const outcome = await runOne(environment, context);
      // The signal's handler exits: nothing else starts, and no partial table is written.
      if (stop.signal.aborted) await new Promise<never>(() => undefined);
      outcomes.push(outcome);
      const detail = outcome.detail === '' ? '' : `: ${outcome.detail}`;
      process.stdout.write(`    ${outcome.result} (${outcome.seconds.toFixed(1)} s)${detail}\n`);
    }
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    await context.close();
  }
  return outcomes;
}

/** Longer than any environment takes on a busy machine. */
const limitMs = 1_200_000;

async function runOne(environment: Environment, context: TestContext): Promise<Outcome> {
  const { name } = environment;
  const startedAt = performance.now();
  const heartbeat = setInterval(() => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    context.progress(`running for ${seconds} s`);
  }, 10_000);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not finished within ${limitMs / 1000} s`));
    }, limitMs);
  });
  const finish = (result: Outcome['result'], detail: string): Outcome => ({
    ...{ name, result, detail },
    seconds: (performance.now() - startedAt) / 1000,
  });
  try {
    return finish('passed', (await Promise.race([environment.run(context), limit])) ?? '');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return finish(error instanceof Skip ? 'skipped' : 'failed', detail);
  } finally {
    clearInterval(heartbeat);
    clearTimeout(timer);
    await context.endEnvironment();
  }
}
