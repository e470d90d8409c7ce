import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { settlesWithin, untilAborted } from '@populatte/process-kit';
import type { Service } from '../stack/service.js';
import { StackError } from '../stack/stack-error.js';
import { startChild } from './child.js';

/** The compiled workspaces that the API and the web app use, in dependency order. */
const workspaces = ['packages/contracts', 'packages/api-client', 'apps/api'];
const firstRunMs = 120_000;
const watchOptions = ['--watch', '--preserveWatchOutput'];

/** `tsc --watch` for the API and the packages that it and the web app use; ready after the first run. */
export function compilerService(root: string): Service {
  const projects = workspaces
    .map((folder) => join(folder, 'tsconfig.build.json'))
    .filter((project) => existsSync(join(root, project)));
  return {
    name: 'compiler',
    async start({ environment, signal, print }) {
      const compilers = projects.map((project) => {
        let reportRun: () => void = () => undefined;
        const firstRun = new Promise<void>((resolve) => (reportRun = resolve));
        const child = startChild({
          name: 'The compiler',
          args: ['node_modules/typescript/bin/tsc', '-p', project, ...watchOptions],
          cwd: root,
          environment,
          onLine: (line) => {
            if (line.includes('Watching for file changes')) reportRun();
            if (/error TS\d+|Found [1-9]\d* error/.test(line)) print(line);
          },
        });
        return { child, firstRun };
      });
      const running = {
        address: projects.join(', '),
        provides: {},
        died: Promise.race(compilers.map(({ child }) => child.died)),
        stop: async () => {
          await Promise.all(compilers.map(({ child }) => child.stop({ timeoutMs: 2_000 })));
        },
        kill: () => {
          for (const { child } of compilers) child.kill();
        },
      };
      const firstRuns = Promise.all(compilers.map(({ firstRun }) => firstRun));
      const ready = untilAborted(signal, Promise.race([firstRuns, running.died]));
      if (await settlesWithin(ready, firstRunMs)) return running;
      await running.stop();
      throw new StackError(`The compiler took longer than ${firstRunMs / 1_000} s. Start again.`);
    },
  };
}
