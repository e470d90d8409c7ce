import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { processIdentity } from './process-identity.js';

const holder = z.object({ pid: z.number().int().positive(), identity: z.string() });

/** A lock that this process holds. */
export interface ProcessLock {
  /** The previous holder died without releasing it. */
  readonly wasStale: boolean;
  /** Idempotent. */
  release(): Promise<void>;
}

/** A running process holds the lock. */
export class LockedError extends Error {
  override readonly name = 'LockedError';

  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super(`${path} is held by process ${pid}`);
  }
}

/**
 * Takes a lock that lasts as long as this process: a file with the holder's process id and start
 * time, so that neither a leftover file nor a reused process id blocks the next holder.
 *
 * @param path the lock's file, in an existing folder
 * @throws LockedError when a running process (this one included) holds it
 */
export async function acquireProcessLock(path: string): Promise<ProcessLock> {
  const mine = JSON.stringify({
    pid: process.pid,
    identity: (await processIdentity(process.pid)) ?? '',
  });
  let wasStale = false;
  for (let attempt = 0; attempt < 10; attempt++) {
    if (await create(path, mine)) return { wasStale, release: releaseOnce(path) };
    // The holder has released it in the meantime.
    const content = await readFile(path, 'utf8').catch(() => undefined);
    if (content === undefined) continue;
    const pid = await runningHolder(content);
    if (pid !== undefined) throw new LockedError(path, pid);
    wasStale = true;
    await discard(path, content);
  }
  throw new Error(`The lock ${path} keeps changing. Delete the file and start again.`);
}

/** A second release must not take the lock from the next holder. */
function releaseOnce(path: string): () => Promise<void> {
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    await rm(path, { force: true });
  };
}

/** A hard link appears with its content or not at all, and never replaces a file. */
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function runningHolder(content: string): Promise<number | undefined> {
  const parsed = holder.safeParse(parseJson(content));
  if (!parsed.success) return undefined;
  const { pid, identity } = parsed.data;
  return (await processIdentity(pid)) === identity ? pid : undefined;
}

/** Moves a stale file away, and puts it back if another process had replaced it in the meantime. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  // Fails if another process has moved it away.
  const moved = await rename(path, aside)
    .then(() => readFile(aside, 'utf8'))
    .catch(() => undefined);
  // Fails if the path is taken again: that process holds the lock now.
  if (moved !== undefined && moved !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
