import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildProgram, until } from '@populatte/process-kit';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { reconciledOf, runCommand, startCommand } from '../support/command.js';
import { withReconcile } from '../support/reconcile.js';

const fixture = withReconcile();

beforeEach(() => {
  fixture().addUsers(1, 1_100);
});

/** Starts the command, and returns it when it has applied a page and waits for Clerk's next one. */
async function interruptible(...options: string[]): Promise<ChildProgram> {
  const { clerk, environment } = fixture();
  let pages = 0;
  clerk.usersBehaviour = (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/v1/users?')) pages += 1;
    // The second page never arrives.
    if (pages < 2) clerk.knownUsers(path)(request, response);
  };
  const command = startCommand(['users', 'reconcile', '--rate', '1000', ...options], environment());
  await until('the second page is asked for', () => pages >= 2);
  return command;
}

describe('users reconcile, stopped by a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s releases the lease and keeps the progress: the next run resumes without waiting',
    async (signal) => {
      const { clerk, database, environment } = fixture();
      const command = await interruptible();
      const stoppedAt = performance.now();
      command.signal(signal);
      expect(await command.ended).toMatchObject({ code: null, signal });
      // It does not wait for Clerk, which has 30 s to answer.
      expect(performance.now() - stoppedAt).toBeLessThan(5_000);
      expect(command.stderr).toContain('the next run resumes');
      expect(command.stdout).toBe('');
      expect(await database.query('select owner, lease_until from user_reconciliation')).toEqual([
        { owner: null, lease_until: null },
      ]);

      clerk.usersBehaviour = undefined;
      const next = await runCommand(
        ['users', 'reconcile', '--rate', '1000', '--json', '--delete-missing'],
        environment(),
      );
      expect(next.stderr).not.toContain('Waiting');
      expect(reconciledOf(next)).toMatchObject({ scanned: 1_100, resumed: true, created: 1_100 });
    },
  );

  test('one Ctrl+C that arrives twice, from the terminal and from npm, counts once', async () => {
    const { database } = fixture();
    const command = await interruptible();
    command.signal('SIGINT');
    command.signal('SIGINT');
    await command.ended;
    expect(await database.query('select owner from user_reconciliation')).toEqual([
      { owner: null },
    ]);
  });

  test('a second signal ends it at once, even while the database is unresponsive', async () => {
    const { database } = fixture();
    const command = await interruptible();
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table user_reconciliation');
      command.signal('SIGINT');
      // Signals within half a second count as one, even if a busy machine delivers the first one
      // late.
      await sleep(1_500);
      expect(command.isRunning).toBe(true);
      const secondAt = performance.now();
      command.signal('SIGINT');
      await command.ended;
      // The database has 4 s to answer.
      expect(performance.now() - secondAt).toBeLessThan(1_500);
    } finally {
      await holder.end();
    }
  });

  test('a process that waits for another one, and a dry run, stop at once', async () => {
    const { database, environment } = fixture();
    const command = await interruptible();
    const waiting = startCommand(['users', 'reconcile', '--rate', '1000'], environment());
    await until('it waits', () => waiting.stderr.includes('Waiting'));
    waiting.signal('SIGTERM');
    expect(await waiting.ended).toMatchObject({ signal: 'SIGTERM' });
    const [row] = await database.query<{ owner: string | null }>(
      'select owner from user_reconciliation',
    );
    expect(row?.owner).not.toBeNull();
    command.signal('SIGTERM');
    await command.ended;

    const dryRun = await interruptible('--dry-run');
    dryRun.signal('SIGTERM');
    expect(await dryRun.ended).toMatchObject({ signal: 'SIGTERM' });
  });
});
