import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { onAllCores } from '../machine/pinning.js';

const executable = fileURLToPath(
  new URL('../bin/clerk-local.js', import.meta.resolve('@populatte/clerk-local')),
);
const script = fileURLToPath(new URL('./fresh-instances.js', import.meta.url));
const answer = z.object({ milliseconds: z.array(z.number()) });

/** @returns the milliseconds from `spawn` of the program to its first response */
export async function startOfProcess(dataFolder: string): Promise<number> {
  const [command, args] = onAllCores(process.execPath, [
    ...[executable, '--port', '0', '--data', dataFolder],
  ]);
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = once(child, 'close');
  try {
    const url = await Promise.race([
      printedUrl(child.stdout),
      closed.then(() => {
        throw new Error('clerk-local ended.');
      }),
    ]);
    const { ok } = await fetch(`${url}/v1/environment`);
    if (!ok) throw new Error('clerk-local is not responding.');
    return performance.now() - begin;
  } finally {
    child.kill();
    await closed;
  }
}

function printedUrl(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    let printed = '';
    // Not `for await`, which would close the pipe and thus end the program.
    output.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /^CLERK_API_URL=(.*)$/m.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

/** @returns the milliseconds of each start of an instance in a process that has several */
export async function startsOfInstances(count: number): Promise<readonly number[]> {
  const [command, args] = onAllCores(process.execPath, [script, String(count)]);
  const { stdout } = await promisify(execFile)(command, args);
  return answer.parse(JSON.parse(stdout)).milliseconds;
}
