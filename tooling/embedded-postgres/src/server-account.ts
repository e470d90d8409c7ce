import { stat } from 'node:fs/promises';
import { runProgram, type Account } from '@populatte/process-kit';
import { EmbeddedPostgresError } from './postgres-error.js';

/** Accounts that exist on most systems, may run a server, and own nothing important. */
const candidates = ['postgres', '_postgres', 'nobody'];

/**
 * Chooses the account that the server runs as. PostgreSQL refuses to run as root, so root runs it as
 * another account: the owner of existing data, otherwise one with few rights.
 *
 * @param dataDir the folder that holds the data, which need not exist
 * @returns `undefined` for this process's own account
 */
export async function serverAccount(dataDir: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  // The folder need not exist.
  const owner = await stat(dataDir).catch(() => undefined);
  // PostgreSQL requires its user to have a name.
  if (owner !== undefined && (await idOf('-u', `${owner.uid}`)) !== undefined) {
    return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of candidates) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run ' +
      'it as. Start as an ordinary user, or set DATABASE_URL to your own PostgreSQL.',
  );
}

async function idOf(which: '-u' | '-g', name: string): Promise<number | undefined> {
  const { code, output } = await runProgram('id', [which, name], { timeoutMs: 5_000 });
  const id = Number.parseInt(output, 10);
  return code === 0 && id > 0 ? id : undefined;
}
