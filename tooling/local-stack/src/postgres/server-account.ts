import { stat } from 'node:fs/promises';
import { run, type Account } from '../process/run.js';
import { EmbeddedPostgresError } from './postgres-error.js';

/** Accounts that exist on most systems, may run a server, and own nothing of worth. */
const candidates = ['postgres', '_postgres', 'nobody'];

/**
 * Under whose account the server runs. PostgreSQL refuses to run as root, so that root hands the
 * server to another account: the owner of the data there are, else one that has few rights.
 *
 * @param dataDir the folder that holds the data, which need not exist
 * @returns `undefined` when this process's own account will do
 */
export async function serverAccount(dataDir: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  // PostgreSQL wants its user to have a name.
  if (owner !== undefined && (await idOf('-u', `${owner.uid}`)) !== undefined) {
    return { uid: owner.uid, gid: owner.gid };
  }
  for (const name of candidates) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run ' +
      'it as. Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

async function idOf(which: '-u' | '-g', name: string): Promise<number | undefined> {
  const result = await run('id', [which, name], { account: undefined, timeoutMs: 5_000 }).catch(
    () => undefined,
  );
  const id = Number.parseInt(result?.output ?? '', 10);
  return result?.code === 0 && id > 0 ? id : undefined;
}
