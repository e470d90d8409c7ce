import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RepositoryCopy } from '../support/repository-copy.js';

/** In milliseconds; each part runs its own compilers and tests. */
const timeoutMs = 600_000;

/** Reads a guide of docs/guides. */
function guide(name: string): Promise<string> {
  return readFile(new URL(`../../../../docs/guides/${name}.md`, import.meta.url), 'utf8');
}

/** @returns the command lines of a guide, in order */
function commandsOf(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
}

/** @returns the paths in the first column of a table whose header begins with `header` */
function tableOf(text: string, header: string): string[] {
  const table = new RegExp(`^\\| ${header} .*?(?=^[^|])`, 'ms').exec(text)?.[0] ?? '';
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, path = '']) => path);
}

/** @returns the TypeScript of a guide, in order */
function codeOf(text: string): string[] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/**
 * Runs a guide's commands; Turborepo needs the whole repository, so the copy is built without it.
 */
async function follow(copy: RepositoryCopy, commands: readonly string[]): Promise<string> {
  let output = '';
  for (const line of commands) {
    if (line.startsWith('npm run build')) await copy.build();
    else output += await copy.run(line);
  }
  return output;
}

describe('docs/guides/add-a-table.md, followed in a copy of the repository', () => {
  let text: string;
  let copy: RepositoryCopy;
  let output: string;
  beforeAll(async () => {
    text = await guide('add-a-table');
    copy = await RepositoryCopy.make();
    // The guide's last commands run the new feature's tests; those of the routes use the built API.
    output = await follow(copy, commandsOf(text));
  }, timeoutMs);
  afterAll(() => copy.remove());

  test('the commands succeed, and the tests that they run pass', () => {
    expect(commandsOf(text)).toHaveLength(6);
    expect(output.match(/Test Files +\d+ passed/g)).toHaveLength(3);
  });

  test('the guide states the number of files and lists each', () => {
    const [created = '', edited = ''] =
      /Created:\n(.*?)Edited:\n(.*?)Next:/s.exec(output)?.slice(1) ?? [];
    const paths = (list: string): string[] => list.trim().split(/\s+/).sort();
    expect(tableOf(text, 'new file').sort()).toEqual(paths(created));
    expect(tableOf(text, 'edited file').sort()).toEqual(paths(edited));
    const [, news, edits] = /creates (\d+) files and edits (\d+)/.exec(text) ?? [];
    expect([news, edits].map(Number)).toEqual([paths(created).length, paths(edited).length]);
  });

  test('no file about authentication is touched, and everything compiles, tests included', async () => {
    expect(output).not.toMatch(/\bauth|clerk/i);
    expect(await copy.typecheck()).toBe('');
  });

  test(
    'the tests that look at every table, code, route and export pass',
    async () => {
      const files = [
        'test/integration/database/migrations.test.ts',
        'test/integration/database/erasure.test.ts',
        'test/unit/presentation/http/to-problem.test.ts',
        'test/e2e/routes.test.ts',
      ];
      const results = await copy.run(`cd apps/api && npx vitest run ${files.join(' ')}`);
      expect(results).toMatch(/Test Files +4 passed/);
      await copy.testContracts([]);
    },
    timeoutMs,
  );

  test('the generator refuses to overwrite a feature, and refuses an invalid name', async () => {
    await expect(copy.run('npm run generate -- feature note 2>&1')).rejects.toThrow(
      'already exists',
    );
    await expect(copy.run('npm run generate -- feature Note 2>&1')).rejects.toThrow(
      'is not a name',
    );
  });

  test(
    'docs/guides/erase-a-users-data.md: a table without erasure is found, and its trigger fixes it',
    async () => {
      const erasing = await guide('erase-a-users-data');
      const [generate = '', check = ''] = commandsOf(erasing);
      const drop = 'DROP TRIGGER notes_user_id_erased ON "users";\n';
      await copy.run('npm run db:generate -- --custom --name forget_notes');
      const [forgetting = ''] = (await copy.run('ls apps/api/drizzle/*forget_notes.sql')).split(
        '\n',
      );
      await copy.write(forgetting, drop);
      // Vitest prints what failed to standard error.
      await expect(copy.run(`${check} 2>&1`)).rejects.toThrow('notes.user_id');

      await copy.run(generate);
      const [, sql = ''] = /```sql\n(.*?)```/s.exec(erasing) ?? [];
      const [migration = ''] = (await copy.run('ls apps/api/drizzle/*erase_notes.sql')).split('\n');
      await copy.write(migration, sql);
      expect(await copy.run(check)).toMatch(/Test Files +1 passed/);
    },
    timeoutMs,
  );
});

describe('docs/guides/add-a-column-to-users.md, followed in a copy of the repository', () => {
  let text: string;
  let copy: RepositoryCopy;
  beforeAll(async () => {
    text = await guide('add-a-column-to-users');
    copy = await RepositoryCopy.make();
    const [table = '', member = '', assignment = ''] = codeOf(text);
    await copy.write('apps/api/src/infrastructure/database/users.table.ts', table);
    const entity = 'apps/api/src/core/users/user.entity.ts';
    const last = '  readonly imageUrl: string | null;\n';
    await copy.edit(entity, last, `${last}${member}`);
    await copy.edit(
      entity,
      '    Object.freeze(this);\n',
      `${assignment}    Object.freeze(this);\n`,
    );
    const builder = 'apps/api/test/support/a-local-user.ts';
    await copy.edit(builder, '...aRow(),', `...aRow(), plan: 'free',`);
  }, timeoutMs);
  afterAll(() => copy.remove());

  test('it names every file that creates a user without a row', async () => {
    const found = await promisify(execFile)(
      'git',
      ['grep', '-l', 'new User(', ':!*guides.test.ts'],
      {
        cwd: new URL('../../../../', import.meta.url),
      },
    );
    const makers = found.stdout
      .trim()
      .split('\n')
      .filter((path) => path.endsWith('.ts') && !path.endsWith('/to-user.ts'));
    expect(makers.filter((path) => !text.includes(path))).toEqual([]);
    expect(text).toContain('edits 4 files');
  });

  test(
    'the commands succeed, everything compiles, and a user has the column',
    async () => {
      await copy.write(
        'apps/api/test/integration/database/plan.test.ts',
        `import { expect, test } from 'vitest';
import { connectTo } from '../../support/database-connection.js';
import { createTestDatabase } from '../../support/test-database.js';

test('a new user has the default plan', async () => {
  const database = await createTestDatabase();
  const { users, close } = connectTo(database.url);
  const profile = { clerkId: 'user_1', email: null, name: null, imageUrl: null };
  await users.sync({ ...profile, version: { at: 1, exact: true } });
  expect(await users.findByClerkId('user_1')).toMatchObject({ user: { plan: 'free' } });
  await close();
  await database.drop();
});
`,
      );
      const output = await follow(copy, commandsOf(text));
      expect(output.match(/Test Files +1 passed/g)).toHaveLength(2);
      expect(await copy.run('ls apps/api/drizzle/*users_plan.sql')).toContain('users_plan');
      expect(await copy.typecheck()).toBe('');
      const own = 'cd apps/api && npx vitest run test/integration/database/plan.test.ts';
      expect(await copy.run(own)).toMatch(/Test Files +1 passed/);
    },
    timeoutMs,
  );
});
