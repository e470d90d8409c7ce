import { until } from '@populatte/process-kit';
import { describe, expect, test } from 'vitest';
import { reconciledOf, resultOf, startCommand } from '../support/command.js';
import { id } from '../support/numbered-users.js';
import { withReconcile } from '../support/reconcile.js';

const fixture = withReconcile();

describe('users reconcile in several processes', () => {
  test('resumes after kill -9, even if the cursor’s user was deleted or --since ran in between', async () => {
    const { addUsers, clerk, environment, live, reconcile } = fixture();
    addUsers(1, 2_600);
    let pages = 0;
    clerk.usersBehaviour = (request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/v1/users?')) pages += 1;
      // The third page never arrives.
      if (pages < 3) clerk.knownUsers(path)(request, response);
    };
    const killed = startCommand(['users', 'reconcile', '--rate', '1000'], environment());
    await until('the third page is asked for', () => pages >= 3);
    killed.signal('SIGKILL');
    await killed.ended;
    clerk.usersBehaviour = undefined;
    clerk.users.delete(id(1_000));
    expect((await reconcile('--since', new Date().toISOString())).code).toBe(0);
    clerk.requests.clear();
    const resumed = await reconcile('--delete-missing');
    expect(resumed.code).toBe(0);
    expect(reconciledOf(resumed)).toMatchObject({ created: 2_600, resumed: true });
    const listed = [...clerk.requests.keys()].filter((path) => path.includes('order_by'));
    expect(listed.length).toBeLessThanOrEqual(6);
    expect(await live()).toHaveLength(2_600);
    const last = await reconcile('--delete-missing');
    expect(reconciledOf(last)).toMatchObject({ missing: 1, deleted: 1, resumed: false });
  });

  test('two concurrent runs do the work once', async () => {
    const { addUsers, clerk, environment } = fixture();
    addUsers(1, 1_400);
    // Clerk does not answer one process until the other has found it running.
    const held: (() => void)[] = [];
    clerk.usersBehaviour = (request, response) => {
      held.push(() => {
        clerk.knownUsers(request.url ?? '')(request, response);
      });
    };
    const args = ['users', 'reconcile', '--json', '--rate', '1000'];
    const both = [startCommand(args, environment()), startCommand(args, environment())];
    await until('one of them waits', () =>
      both.some(({ stderr }) => stderr.includes('Waiting for another reconciliation')),
    );
    clerk.usersBehaviour = undefined;
    for (const answer of held) answer();
    const results = await Promise.all(both.map(resultOf));
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.map((result) => reconciledOf(result).created)).toEqual([1_400, 1_400]);
    const pages = [...clerk.requests].filter(([path]) => path.includes('order_by'));
    expect(pages.map(([, times]) => times)).toEqual([1, 1, 1, 1]);
    expect(results.map(({ stderr }) => stderr).join('')).toContain('Another process did the work');
  });
});
