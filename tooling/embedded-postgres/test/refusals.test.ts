import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { query } from '../src/index.js';
import { aPostgres } from './support/postgres.js';
import { folderOfThisFile, temporaryFolder } from './support/temporary-folder.js';

const folder = await folderOfThisFile();

test('a port that is taken is reported before anything is created', async () => {
  const empty = await temporaryFolder();
  const port = await aTakenPort();
  await expect(aPostgres(empty, { port })).rejects.toThrow(`Port ${port} on 127.0.0.1`);
  expect(await readdir(empty)).toEqual([]);
});

test('data of another major version is refused and left unchanged', async () => {
  const server = await aPostgres(folder);
  await server.stop();
  await writeFile(join(folder, 'cluster/PG_VERSION'), '17\n');
  onTestFinished(() => writeFile(join(folder, 'cluster/PG_VERSION'), '18\n'));
  await expect(aPostgres(folder)).rejects.toThrow(
    /belongs to PostgreSQL 17, .* version 18\. To keep/,
  );
});

test('a missing password is reported', async () => {
  const server = await aPostgres(folder);
  await server.stop();
  const password = join(folder, 'password');
  await rename(password, `${password}.away`);
  onTestFinished(() => rename(`${password}.away`, password));
  await expect(aPostgres(folder)).rejects.toThrow(/password .* cannot be read/);
});

test('data of another role or password is refused with the fix', async () => {
  const server = await aPostgres(folder);
  await server.stop();
  const file = join(folder, 'password');
  const password = await readFile(file, 'utf8');
  await writeFile(file, 'another\n');
  onTestFinished(() => writeFile(file, password));
  await expect(aPostgres(folder)).rejects.toThrow(
    `The data in ${folder} has another role or password (password authentication failed for user "populatte"). ` +
      'To start with an empty database, delete the folder.',
  );
});

test('reports the server’s message about an invalid setting, and starts with a valid one', async () => {
  await expect(aPostgres(folder, { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
    'invalid value for parameter "shared_buffers": "plenty"',
  );
  const server = await aPostgres(folder);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a full disk is reported without the output of initdb', async () => {
  const home = await temporaryFolder();
  const packageFolder = await aPackageWhoseInitdbPrints(
    'could not extend file: No space left on device',
  );
  await expect(aPostgres(home, { packageFolder })).rejects.toThrow(
    `The disk is full, so PostgreSQL cannot start on ${home}. Free some space and start again.`,
  );
});

test('a user without a name is reported with the fix', async () => {
  const packageFolder = await aPackageWhoseInitdbPrints(
    'initdb: could not look up effective user ID 12345: user does not exist',
  );
  await expect(aPostgres(await temporaryFolder(), { packageFolder })).rejects.toThrow(
    'PostgreSQL cannot create its data: this process runs as a user id without a name (12345). ' +
      'Add the user to /etc/passwd, start as another user, or set DATABASE_URL to your own PostgreSQL.',
  );
});

/** Creates a package of scripts in place of PostgreSQL's programs. Its `initdb` fails. */
async function aPackageWhoseInitdbPrints(text: string): Promise<string> {
  const folder = await temporaryFolder();
  // The server's account runs them.
  await chmod(folder, 0o755);
  const files = {
    'package.json': '{ "version": "18.0.0" }',
    'native/pg-symlinks.json': '[]',
    'native/share/postgresql/postgres.bki': '',
    'native/bin/postgres': '#!/bin/sh\n',
    'native/bin/initdb': `#!/bin/sh\n[ "$1" = -V ] || { echo '${text}'; exit 1; }\n`,
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o755 });
  }
  return folder;
}

async function aTakenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
