import { randomUUID } from 'node:crypto';
import { constants, copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { processIdentity } from './process-identity.js';

/** How long to wait for a holder that is about to release the lock, and for an unfinished file. */
const waitMs = 1_000;
const retryMs = 50;

const holderSchema = z.object({ pid: z.int().positive(), identity: z.string() });

/** A lock that this process holds. */
export interface ProcessLock {
  /** The previous holder ended without releasing it. */
  readonly wasStale: boolean;
  /**
   * Whether this process still holds it: processes in different containers do not see each other,
   * so the one that starts later takes it over. Takes the lock again if its folder was deleted.
   */
  isHeld(): Promise<boolean>;
  /** Idempotent. Does not release the lock of another holder. */
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
 * @param path the lock's file; its folder is created if it does not exist
 * @throws LockedError when a running process (this one included) holds it
 */
export async function acquireProcessLock(path: string): Promise<ProcessLock> {
  const identity = (await processIdentity(process.pid)) ?? '';
  const mine = JSON.stringify({ pid: process.pid, identity, id: randomUUID() });
  const wasStale = await acquire(path, mine);
  return {
    wasStale,
    isHeld: async () => {
      const content = await read(path);
      return content === undefined ? create(path, mine) : content === mine;
    },
    release: async () => {
      if ((await read(path)) === mine) await rm(path, { force: true });
    },
  };
}

/** @returns whether an ended process had left the lock */
async function acquire(path: string, mine: string): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  let wasStale = false;
  while (!(await create(path, mine))) {
    const content = await read(path);
    // The holder has released it in the meantime.
    if (content === undefined) continue;
    const holder = parse(content);
    const isOver = performance.now() > deadline;
    if (holder === undefined ? isOver : !(await isRunning(holder))) {
      wasStale = true;
      await discard(path, content);
    } else if (holder !== undefined && isOver) {
      throw new LockedError(path, holder.pid);
    } else {
      await delay(retryMs);
    }
  }
  return wasStale;
}

/** @returns whether the file did not exist */
async function create(path: string, content: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    // A hard link would appear with its content, but some file systems do not support it.
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns `undefined` if the file does not exist */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

type Holder = z.output<typeof holderSchema>;

/** @returns `undefined` for a file whose creator has not finished writing it, or never will */
function parse(content: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, identity }: Holder): Promise<boolean> {
  const current = await processIdentity(pid);
  // Empty if the system does not report start times.
  return current === '' || current === identity || (current !== undefined && identity === '');
}

/** Moves a stale lock away, and puts it back if it has become the lock of another process. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another process has moved it away.
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside)) !== stale) {
    // Fails if a third process has taken the lock; `isHeld` reports the loss to the old holder.
    await copyFile(aside, path, constants.COPYFILE_EXCL).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
