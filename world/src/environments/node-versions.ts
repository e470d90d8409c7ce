import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { newClerkUser, tokenOf } from '../support/clerk.js';
import { runScenario } from '../support/scenario.js';
import { runProgram } from '@populatte/process-kit';

const script = fileURLToPath(new URL('../runtimes/check-in-node.js', import.meta.url));

/** The API and the API client on every supported Node. */
export const nodeVersions: Environment[] = [20, 22, 24, 26].map((major) => ({
  name: `Node ${major}: API and API client`,
  fast: major === 22,
  run: async (context) => {
    const node = await context.packages.node(major);
    const version = (await runProgram(node, ['--version'], { timeoutMs: 10_000 })).output.trim();
    const server = await context.postgres();
    const database = await createDatabase(server);
    const env = { DATABASE_URL: server.urlOf(database) };
    await runScenario(context, { env, node, query: (sql) => server.query(database, sql) });

    const api = await ApiProcess.start(context, { env, node });
    const clerkUser = newClerkUser();
    const token = tokenOf(clerkUser, context.clerk);
    const { code, output } = await runProgram(
      node,
      [script, api.url('').replace(/\/$/, ''), token, clerkUser.email],
      { cwd: context.root, env: {}, timeoutMs: 60_000 },
    );
    if (code !== 0) throw new Error(`the API client: ${output || 'it keeps Node from exiting'}`);
    await api.stop();
    return version;
  },
}));
