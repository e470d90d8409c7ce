import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { isRunning } from '../src/process-identity.js';

const script = fileURLToPath(new URL('support/start-family.mjs', import.meta.url));
const pids = z.object({ child: z.number(), grandchild: z.number() });

test.for(['SIGKILL', 'SIGTERM'] as const)(
  'a child and its own child exit when their parent receives %s',
  async (signal) => {
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(parent, 'exit');
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as unknown[];
    const { child, grandchild } = pids.parse(JSON.parse(String(line)));
    expect([await isRunning(child), await isRunning(grandchild)]).toEqual([true, true]);

    parent.kill(signal);
    await ended;

    await vi.waitFor(async () => {
      expect([await isRunning(child), await isRunning(grandchild)]).toEqual([false, false]);
    }, 60_000);
  },
);
