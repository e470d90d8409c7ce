import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment.js';
import { createDatabase } from '../support/databases.js';
import { ApiProcess } from '../support/api-process.js';
import { newPerson, tokenOf } from '../support/clerk.js';
import { runScenario } from '../support/scenario.js';
import { runProgram } from '@populatte/process-kit';

const script = fileURLToPath(new URL('../runtimes/check-in-node.js', import.meta.url));

/** The API and the API client on every supported Node. */
export const nodeVersions: Environment[] = [20, 22, 24, 26].map((major) => ({
  name: `Node ${major}: API and API client`,
  fast: major === 22,
  run: async (tools) => {
    const node = await tools.packages.node(major);
    const version = (await runProgram(node, ['--version'], { timeoutMs: 10_000 })).output.trim();
    const server = await tools.postgres();
    const database = await createDatabase(server);
    const env = { DATABASE_URL: server.urlOf(database) };
    await runScenario(tools, { env, node, query: (sql) => server.query(database, sql) });

    const api = await ApiProcess.start(tools, { env, node });
    const person = newPerson();
    const token = tokenOf(person, tools.clerk);
    const { code, output } = await runProgram(
      node,
      [script, api.url('').replace(/\/$/, ''), token, person.email],
      { cwd: tools.root, env: {}, timeoutMs: 60_000 },
    );
    if (code !== 0) throw new Error(`the API client: ${output || 'it keeps Node from exiting'}`);
    await api.stop();
    return version;
  },
}));
