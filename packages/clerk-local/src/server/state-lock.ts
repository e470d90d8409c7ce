import { randomUUID } from 'node:crypto';
import { constants, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { processStart } from './running-process.js';
import { explainUnwritable } from './state-file.js';

/** How long to wait for a holder that is about to release the lock, and for an unfinished file. */
const waitMs = 1_000;
const retryMs = 50;

const holderSchema = z.object({ pid: z.int().positive(), started: z.string() });

type Holder = z.output<typeof holderSchema>;

/** The right to write a state file. */
export interface StateLock {
  /**
   * Makes sure that this instance still holds the lock: processes in different containers do not
   * see each other, so the one that starts later takes it over.
   *
   * @throws {ClerkLocalError} `state_in_use`
   */
  check(): Promise<void>;
  /** Idempotent. Does not release the lock of another instance. */
  release(): Promise<void>;
}

/**
 * Locks a state file, because two instances would overwrite each other's changes.
 *
 * The lock is a file beside it with the process id and start time of the holder. A file that a killed
 * process left does not prevent a start, even if another process has its id now.
 *
 * @throws {ClerkLocalError} `state_in_use` if an instance in a running process holds the lock,
 *   `state_unwritable`
 */
export async function lockState(statePath: string): Promise<StateLock> {
  const file = `${statePath}.lock`;
  const started = (await processStart(process.pid)) ?? '';
  const mine = JSON.stringify({ pid: process.pid, started, instance: randomUUID() });
  await acquire(statePath, file, mine).catch((error: unknown) => {
    throw explainUnwritable(statePath, error);
  });
  return {
    check: async () => {
      const content = await read(file);
      if (content === mine) return;
      // The folder was deleted; the next write creates it again.
      if (content === undefined && (await create(file, mine))) return;
      throw takenOver(statePath);
    },
    release: async () => {
      if ((await read(file)) === mine) await rm(file, { force: true });
    },
  };
}

async function acquire(statePath: string, file: string, mine: string): Promise<void> {
  const deadline = performance.now() + waitMs;
  while (!(await create(file, mine))) {
    // Missing if its holder has released it in the meantime.
    const content = (await read(file)) ?? '';
    const holder = parse(content);
    const isOver = performance.now() > deadline;
    if (holder === undefined ? isOver : !(await isRunning(holder))) await discard(file, content);
    else if (holder !== undefined && isOver) throw inUse(statePath, file, holder);
    else await delay(retryMs);
  }
}

/** @returns whether the file did not exist */
async function create(file: string, content: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns `undefined` if the file does not exist */
async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @returns `undefined` for a file whose creator has not finished writing it, or never will */
function parse(content: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  return (await processStart(pid)) === started;
}

/** Moves a stale lock away, and puts it back if it has become the lock of another instance. */
async function discard(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    // Another process has moved it away.
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside)) !== stale) {
    // Fails if the lock is taken again: its new holder has it then, and `check` tells the old one.
    await copyFile(aside, file, constants.COPYFILE_EXCL).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

function inUse(statePath: string, file: string, { pid, started }: Holder): ClerkLocalError {
  const holder = pid === process.pid ? 'this process' : `process ${pid}`;
  // Without a start time, the process may be another one that has the same id.
  const doubt = started === '' ? ` If that is no clerk-local, delete ${file}.` : '';
  return new ClerkLocalError(
    'state_in_use',
    `The state file ${statePath} is in use by another instance in ${holder}.`,
    `Stop that instance, or choose another folder with --data (data in startClerkLocal).${doubt}`,
  );
}

function takenOver(statePath: string): ClerkLocalError {
  return new ClerkLocalError(
    'state_in_use',
    `Another instance has taken over the state file ${statePath}, so this one cannot write to it.`,
    'Stop one of them, or choose another folder with --data (data in startClerkLocal).',
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
