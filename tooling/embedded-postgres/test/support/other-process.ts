import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const script = fileURLToPath(new URL('start-postgres.mjs', import.meta.url));
const announcement = z.object({ pid: z.number(), url: z.string(), dataDir: z.string() });

export interface OtherProcess extends z.output<typeof announcement> {
  readonly parent: ChildProcess;
  /** Kills the parent, which then cannot stop its server. */
  killParent(): Promise<void>;
}

/** Starts a server from another process. */
export async function aPostgresOfAnotherProcess(
  dataDir: string,
  {
    outlives = false,
    packageFolder = '',
    ...account
  }: {
    uid?: number;
    gid?: number;
    /** The server outlives its parent. */
    outlives?: boolean;
    /** Of the binaries. Default: the installed one. */
    packageFolder?: string;
  } = {},
): Promise<OtherProcess> {
  const args = [script, dataDir, packageFolder, ...(outlives ? ['outlives'] : [])];
  const parent = spawn(process.execPath, args, {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(parent, 'exit');
  onTestFinished(async () => {
    parent.kill('SIGTERM');
    await ended;
  });
  for await (const line of createInterface({ input: parent.stdout })) {
    const server = announcement.parse(JSON.parse(line));
    const killParent = async (): Promise<void> => {
      parent.kill('SIGKILL');
      await ended;
    };
    return { ...server, parent, killParent };
  }
  throw new Error('The other process ended before its server was ready.');
}
