import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { untilAborted } from '../process/until-aborted.js';
import { settlesWithin } from '../process/deadline.js';
import type { Service } from '../stack/service.js';
import { StackError } from '../stack/stack-error.js';
import { ChildService } from './child-process.js';

/** What API and web app run as compiled, in the order of dependence. */
const workspaces = ['packages/contracts', 'packages/api-client', 'apps/api'];
const firstRoundMs = 120_000;

/** `tsc --watch` for what API and web app are made of; ready when the first round is over. */
export function compilerService(root: string): Service {
  const projects = workspaces
    .map((folder) => join(folder, 'tsconfig.build.json'))
    .filter((project) => existsSync(join(root, project)));
  return {
    name: 'compiler',
    async start({ environment, signal, print }) {
      const compilers = projects.map((project) => {
        let reportRound: () => void = () => undefined;
        const firstRound = new Promise<void>((resolve) => (reportRound = resolve));
        const child = new ChildService({
          command: process.execPath,
          args: [
            'node_modules/typescript/bin/tsc',
            '-p',
            project,
            '--watch',
            '--preserveWatchOutput',
          ],
          cwd: root,
          environment,
          onLine: (line) => {
            if (line.includes('Watching for file changes')) reportRound();
            if (/error TS\d+|Found [1-9]\d* error/.test(line)) print(line);
          },
        });
        return { child, firstRound };
      });
      const running = {
        address: projects.join(', '),
        provides: {},
        died: Promise.race(compilers.map(({ child }) => child.died)),
        stop: async () => {
          await Promise.all(compilers.map(({ child }) => child.stop(2_000)));
        },
        kill: () => {
          for (const { child } of compilers) child.kill();
        },
      };
      const rounds = Promise.all(compilers.map(({ firstRound }) => firstRound));
      const ready = untilAborted(signal, Promise.race([rounds, running.died]));
      if (await settlesWithin(ready, firstRoundMs)) return running;
      await running.stop();
      throw new StackError(`The compiler took longer than ${firstRoundMs / 1_000} s. Start again.`);
    },
  };
}
