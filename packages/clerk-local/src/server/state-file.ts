import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { stateSchema, type State } from '../domain/state/records.js';

/**
 * Reads a state file.
 *
 * @returns `undefined` if the file does not exist
 * @throws {ClerkLocalError} `state_unreadable`
 */
export async function readStateFile(file: string): Promise<State | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (newerSchema.safeParse(content).success) throw newerState(file);
    return stateSchema.parse(content);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause instanceof ClerkLocalError ? cause : unreadableState(file, cause);
  }
}

const newerSchema = z.object({ version: z.number().min(2) });

function newerState(file: string): ClerkLocalError {
  return new ClerkLocalError(
    'state_unreadable',
    `The state file ${file} was written by a newer version of clerk-local.`,
    'Update clerk-local, or choose another folder with --data (data in startClerkLocal).',
  );
}

/** Creates the error for a state file with damaged content. */
export function unreadableState(file: string, cause: unknown): ClerkLocalError {
  return new ClerkLocalError(
    'state_unreadable',
    `The state file ${file} is not readable or not valid.`,
    'Restore it, or move it away to start with new keys and no users.',
    { cause },
  );
}

/**
 * Replaces a state file atomically: after a crash it contains the old or the new state.
 *
 * Only the owner may read the file, because it contains keys and password hashes.
 */
export async function writeStateFile(file: string, state: State): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeDurably(temporary, JSON.stringify(state));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Explains an error of the file system that prevents the state from being kept. Returns any other
 * error unchanged.
 *
 * @param place the state file or its folder
 */
export function explainUnwritable(place: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  return new ClerkLocalError(
    'state_unwritable',
    `The state cannot be written to ${place} (${String(error.code)}).`,
    'Choose a folder that this user may write to, with --data (data in startClerkLocal).',
    { cause: error },
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
