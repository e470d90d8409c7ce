import { fileURLToPath } from 'node:url';
import { ChildProgram, until } from '@populatte/process-kit';
import { afterEach, expect, test } from 'vitest';
import { withHandlers } from '../support/handlers.js';

const { clerk, count, delivered, insertUsers, known, pool, url } = withHandlers();

const worker = fileURLToPath(new URL('./worker.fixture.js', import.meta.url));

const workers: ChildProgram[] = [];

afterEach(async () => {
  for (const each of workers.splice(0)) {
    each.kill();
    await each.ended;
  }
});

/** @param extra variables for the worker */
async function startWorker(extra: Readonly<Record<string, string>> = {}): Promise<ChildProgram> {
  const program = ChildProgram.start(process.execPath, {
    name: 'The worker',
    args: [worker],
    env: { ...process.env, CLERK: JSON.stringify(clerk().options), DATABASE_URL: url(), ...extra },
  });
  workers.push(program);
  await program.until('has started', () => Promise.resolve(program.stdout.includes('started')), {
    timeoutMs: 60_000,
  });
  return program;
}

test('a process killed between effect and commit leaves nothing behind, and another one handles the event', async () => {
  const first = await startWorker({ KILL: 'before-commit' });
  await known();
  await insertUsers(1);
  await first.ended;
  expect(first.exit?.signal).toBe('SIGKILL');
  expect(await count('effects')).toBe(0);
  expect(await count('user_event_deliveries')).toBe(1);
  await startWorker();
  await delivered();
  expect(await count('effects')).toBe(1);
});

test('three processes that are killed and restarted apply each effect once, in order', async () => {
  const running = await Promise.all([startWorker(), startWorker(), startWorker()]);
  await known();
  await insertUsers(500);
  for (const [index, victim] of running.entries()) {
    const target = (index + 1) * 100;
    await until('some events are handled', async () => (await count('effects')) >= target);
    victim.kill();
    await pool().query(`update people set name = $1 where clerk_id like $2`, [
      'New',
      `user_${index + 1}%`,
    ]);
    await startWorker();
  }
  await delivered();
  expect(await count('effects')).toBe(await count('user_events'));
  expect(
    await count(`(
      select from effects group by user_id
      having (array_agg(event order by id))[1] <> 'created' or count(*) filter (where event = 'created') <> 1
    ) as wrong_order`),
  ).toBe(0);
});
