import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../parse-json.js';
import { StackError } from './stack-error.js';

const content = z.object({
  /** `null` with your own Clerk application. */
  clerkLocal: z.object({ apiUrl: z.url(), secretKey: z.string() }).nullable(),
  /** The origin for which tokens are created. */
  origin: z.string(),
});

/** The data about the running stack that other commands need. */
export type StackFile = z.infer<typeof content>;

const name = 'stack.json';

/** Only this user can read it: it contains the local Clerk's secret key. */
export async function writeStackFile(folder: string, file: StackFile): Promise<void> {
  await rm(join(folder, name), { force: true });
  await writeFile(join(folder, name), `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
}

/** Removes it, so that other commands do not find a stack that has ended. */
export async function removeStackFile(folder: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** @throws StackError when no stack is running */
export async function readStackFile(folder: string): Promise<StackFile> {
  // Written once the stack has started, and removed when it stops.
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new StackError('The stack is not running. Start it with: npm start');
  }
  const parsed = content.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new StackError(`${join(folder, name)} is not readable. Restart the stack with: npm start`);
}
