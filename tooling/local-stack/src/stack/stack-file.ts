import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StackError } from './stack-error.js';

const content = z.object({
  /** `null` with a Clerk application of one's own. */
  clerkLocal: z.object({ apiUrl: z.url(), secretKey: z.string() }).nullable(),
  /** The origin for which tokens are made. */
  origin: z.string(),
  /** Whose token is made unless another user is named. */
  email: z.string(),
});

/** What other commands need to know about the stack that runs. */
export type StackFile = z.infer<typeof content>;

const name = 'stack.json';

/** Readable by this user only: it holds a secret key, though one of this machine. */
export async function writeStackFile(folder: string, file: StackFile): Promise<void> {
  await rm(join(folder, name), { force: true });
  await writeFile(join(folder, name), `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
}

export async function removeStackFile(folder: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** @throws StackError when no stack is running */
export async function readStackFile(folder: string): Promise<StackFile> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new StackError('The stack is not running. Start it with: npm start');
  }
  const parsed = content.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new StackError(`${join(folder, name)} is not readable. Start anew with: npm start`);
}
