import { fileURLToPath } from 'node:url';
import { EdgeVM } from '@edge-runtime/vm';
import { build } from 'esbuild';
import { z } from 'zod';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { newClerkUser, tokenOf } from '../support/clerk.js';
import type { TestContext } from '../test-context.js';

const entry = fileURLToPath(new URL('../runtimes/client-check.js', import.meta.url));

/** Runtimes with only web standards: no Node modules, no `process`. */
export const edgeRuntime: Environment[] = [{ name: 'Edge runtime: API client', run }];

async function run(context: TestContext): Promise<undefined> {
  const server = await context.postgres();
  const database = await createDatabase(server);
  const api = await ApiProcess.start(context, { env: { DATABASE_URL: server.urlOf(database) } });
  const bundled = await build({
    entryPoints: [entry],
    ...{ bundle: true, write: false, format: 'iife', globalName: 'clientCheck' },
    ...{
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['edge-light', 'worker'],
    },
  });
  const code = bundled.outputFiles[0]?.text ?? '';
  const vm = new EdgeVM();
  vm.evaluate(code);
  const clerkUser = newClerkUser();
  const args = [api.url(''), tokenOf(clerkUser, context.clerk), clerkUser.email].map((arg) =>
    JSON.stringify(arg),
  );
  const answer: unknown = await vm.evaluate(`clientCheck.checkClient(${args.join(', ')})`);
  // An array from another realm, which is copied before it is inspected.
  const problems = z.array(z.string()).parse(JSON.parse(JSON.stringify(answer)));
  if (problems.length > 0) throw new Error(problems.join(' '));
  await api.stop();
  return undefined;
}
