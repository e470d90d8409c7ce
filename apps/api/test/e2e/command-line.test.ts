import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clerkUserJson, ClerkStub } from '@populatte/clerk-stub';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { ChildProgram } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { apiEnvironment } from '../support/api-environment.js';
import {
  type CommandResult,
  resultOf,
  runCommand,
  runOnFullDisk,
  runWithClosed,
} from '../support/command.js';
import { createTestDatabase } from '../support/test-database.js';

/** Arguments are checked before the environment, so these need none. */
const run = (...args: string[]): ReturnType<typeof runCommand> => runCommand(args, {});

const commands = [['users', 'reconcile'], ['users', 'explain'], ['users', 'restore'], ['doctor']];

describe('a command line', () => {
  test.each(commands.flatMap((command) => ['-h', '--help'].map((help) => [[...command, help]])))(
    'prints its help for %j',
    async (args) => {
      const { code, stdout, stderr } = await run(...args);
      expect(stdout).toMatch(/^Usage: npm run /);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  test.each([[['-h']], [['--help']], [['help']], [['users', '--help']]])(
    'prints the list of commands for %j',
    async (args) => {
      const { code, stdout } = await run(...args);
      expect(stdout).toContain('users reconcile');
      expect(code).toBe(0);
    },
  );

  test.each([[[]], [['users']]])('without a command fails with their list: %j', async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain('users reconcile');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([
    [['nope'], 'There is no command “nope”. --help lists the options.'],
    [['users', 'nope'], 'There is no command “users nope”. --help lists the options.'],
    [['constructor'], 'There is no command “constructor”. --help lists the options.'],
    [['users', 'explain', '-x'], "Unknown option '-x'. --help lists the options."],
    [['users', 'explain', 'a', '--no-such'], "Unknown option '--no-such'. --help lists the"],
    [['users', 'explain', ''], 'Name one user'],
    [['users', 'restore', ' '], 'Name one user'],
    [['users', 'reconcile', '--max-deletions', '-1'], "Option '--max-deletions' argument is amb"],
    [['users', 'reconcile', '--since', '2026-02-30'], '--since must be a time in ISO 8601'],
    [['users', 'reconcile', '--since', '2026-13-01'], '--since must be a time in ISO 8601'],
    [['users', 'reconcile', '--since', '2999-01-01'], '--since is in the future'],
    [['doctor', '--token'], "Option '--token <value>' argument missing. --help lists the options."],
  ])('is refused with one sentence: %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});

describe('a command of npm', () => {
  const bin = fileURLToPath(new URL('../../bin/cli.js', import.meta.url));

  /** Runs the program of a checkout. @returns its exit code and output */
  async function runBin(
    path: string,
    args = ['--help'],
    env: Record<string, string> = {},
  ): Promise<CommandResult> {
    return resultOf(
      ChildProgram.start(process.execPath, { name: 'npm’s command', args: [path, ...args], env }),
    );
  }

  test('runs the built program', async () => {
    const { code, stdout, stderr } = await runBin(bin);
    expect(stdout).toContain('users reconcile');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('reads .env like npm start: the environment takes precedence, and empty is unset', async () => {
    const checkout = await mkdtemp(join(tmpdir(), 'populatte-checkout-'));
    const copy = join(checkout, 'apps/api/bin/cli.mjs');
    try {
      await cp(bin, copy);
      const dist = fileURLToPath(new URL('../../dist', import.meta.url));
      await symlink(dist, join(checkout, 'apps/api/dist'));
      await writeFile(
        join(checkout, '.env'),
        'CLERK_SECRET_KEY=sk_test_a\nDATABASE_URL=postgres://127.0.0.1/a\nCLERK_PUBLISHABLE_KEY=\n',
      );
      const explain = ['users', 'explain', 'user_1'];
      const { code, stderr } = await runBin(copy, explain, {
        CLERK_SECRET_KEY: ' ',
        DATABASE_URL: 'mysql://127.0.0.1/a',
      });
      expect(code).toBe(1);
      expect(stderr.match(/^ {2}\w+ .*$/gm)).toEqual([
        '  CLERK_PUBLISHABLE_KEY is missing.',
        '  DATABASE_URL is not a PostgreSQL URL.',
      ]);
    } finally {
      await rm(checkout, { recursive: true });
    }
  });

  test('says in one sentence that the API is not built', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-unbuilt-'));
    try {
      await cp(bin, join(folder, 'bin/cli.mjs'), { recursive: true });
      expect(await runBin(join(folder, 'bin/cli.mjs'))).toEqual({
        code: 1,
        stdout: '',
        stderr: 'The API is not built. Run: npm install && npm run build\n',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Runs with 600 users at Clerk and no local one. */
async function withUsersToReconcile(
  work: (env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const [clerk, database] = await Promise.all([ClerkStub.start(), createTestDatabase()]);
  try {
    for (let left = 600; left > 0; left -= 1) {
      const clerkUser = aClerkUser();
      clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, Date.now() - 60_000));
    }
    await work(apiEnvironment({ databaseUrl: database.url, clerk }));
    const [row] = await database.query<{ count: string }>('select count(*) from users');
    expect(row?.count).toBe('600');
  } finally {
    await clerk.close();
    await database.drop();
  }
}

describe('a reconciliation', () => {
  const args = ['users', 'reconcile', '--rate', '1000'];

  test.each(['stdout', 'stderr'] as const)(
    'continues after the reader of a pipe has exited: %s',
    async (closed) => {
      await withUsersToReconcile(async (env) => {
        expect(await runWithClosed(closed, args, env)).toBe(0);
      });
    },
  );

  test('continues if its progress is written to a full disk', async () => {
    await withUsersToReconcile(async (env) => {
      expect(await runOnFullDisk('stderr', args, env)).toMatchObject({
        code: 0,
        output: expect.stringContaining('600 created') as unknown,
      });
    });
  });

  test('fails in the end if its result cannot be written', async () => {
    await withUsersToReconcile(async (env) => {
      expect(await runOnFullDisk('stdout', args, env)).toMatchObject({
        code: 1,
        output: expect.stringContaining(
          'could not be written to standard output (ENOSPC)',
        ) as unknown,
      });
    });
  });
});
