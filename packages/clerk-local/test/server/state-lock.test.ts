import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { runCommand } from '../support/command-line.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';

const executable = path.join(import.meta.dirname, '../../bin/clerk-local.js');

function aStatePath(): string {
  return path.join(aTemporaryFolder(), 'state.json');
}

interface Started {
  readonly child: ChildProcess;
  /** Its output once it serves or has ended. */
  readonly output: string;
}

/** Starts the build output in another process: run `npm run build` first. */
async function startProcess(statePath: string): Promise<Started> {
  const child = spawn(process.execPath, [executable, '--port', '0', '--state', statePath], {
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  await new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes('is listening on')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => {
      resolve();
    });
  });
  return { child, output };
}

test('refuses a second instance of a state file, and says what to do', async () => {
  const statePath = aStatePath();
  const first = await aClerkLocal({ statePath });
  await expect(aClerkLocal({ statePath })).rejects.toMatchObject({
    code: 'state_in_use',
    message: `The state file ${statePath} is in use by another instance in this process. Stop that instance, or choose another folder with --data (data in startClerkLocal).`,
  });
  const { id } = await first.users.create({ email_address: ['ada@example.com'] });
  await first.close();

  const second = await aClerkLocal({ statePath });
  expect(await second.users.get(id)).toMatchObject({ id });
  await second.close();
  expect(readdirSync(path.dirname(statePath))).toEqual(['state.json']);
});

test('refuses a state file that another process uses, until that is killed', async () => {
  const statePath = aStatePath();
  const first = await startProcess(statePath);
  await expect(aClerkLocal({ statePath })).rejects.toMatchObject({
    code: 'state_in_use',
    message: expect.stringContaining(
      `by another instance in process ${first.child.pid}.`,
    ) as unknown,
  });
  first.child.kill('SIGKILL');
  await once(first.child, 'close');
  expect((await aClerkLocal({ statePath })).keyId).toBeTruthy();
});

test('one of several processes that start at once gets the state file', async () => {
  const statePath = aStatePath();
  const killed = await startProcess(statePath);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'close');

  const started = await Promise.all(Array.from({ length: 4 }, () => startProcess(statePath)));
  const winners = started.filter(({ output }) => output.includes('is listening on'));
  expect(winners).toHaveLength(1);
  for (const each of started.filter((other) => !winners.includes(other))) {
    expect(each.output).toMatch(/is in use by another instance in process \d+\. Stop that/);
    expect(each.child.exitCode).toBe(1);
  }
});

test.each([
  ['of a process that has ended', { pid: 2 ** 22 + 1, identity: 'x' }],
  ['of an earlier process with an id that is in use', { pid: process.pid, identity: 'x' }],
  ['that was not finished', '{"pid": 1'],
  ['that is empty', ''],
])('takes over a lock %s', async (_, content) => {
  const statePath = aStatePath();
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(`${statePath}.lock`, text);
  await aClerkLocal({ statePath });
  await expect(aClerkLocal({ statePath })).rejects.toMatchObject({ code: 'state_in_use' });
});

test('a failed start releases the state file', async () => {
  const statePath = aStatePath();
  const { port } = await aClerkLocal();
  await expect(aClerkLocal({ statePath, port })).rejects.toMatchObject({
    code: 'port_unavailable',
  });
  expect(readdirSync(path.dirname(statePath))).toEqual([]);
});

test('an instance whose lock was taken over does not overwrite the state', async () => {
  const statePath = aStatePath();
  const clerk = await startClerkLocal({ statePath });
  // As a process in another container would, which does not see this process.
  writeFileSync(`${statePath}.lock`, JSON.stringify({ pid: 1, identity: 'x' }));
  writeFileSync(statePath, 'of the other instance');
  await expect(clerk.users.create({ email_address: ['a@b.io'] })).rejects.toMatchObject({
    code: 'state_in_use',
    message: `Another instance has taken over the state file ${statePath}, so this one cannot write to it. Stop one of them, or choose another folder with --data (data in startClerkLocal).`,
  });
  await expect(clerk.close()).rejects.toMatchObject({ code: 'state_in_use' });
  expect(readFileSync(statePath, 'utf8')).toBe('of the other instance');
  expect(readdirSync(path.dirname(statePath)).sort()).toEqual(['state.json', 'state.json.lock']);
  rmSync(`${statePath}.lock`);
});

test('an instance writes to a folder that was deleted', async () => {
  const statePath = path.join(aTemporaryFolder(), 'deeper', 'state.json');
  const clerk = await aClerkLocal({ statePath });
  rmSync(path.dirname(statePath), { recursive: true });
  await clerk.users.create({ email_address: ['ada@example.com'] });
  expect(readdirSync(path.dirname(statePath)).sort()).toEqual(['state.json', 'state.json.lock']);
});

// Root may write anywhere.
test.skipIf(process.getuid?.() === 0)('reports a folder that is read-only', async () => {
  const folder = aTemporaryFolder();
  chmodSync(folder, 0o500);
  await expect(aClerkLocal({ data: folder })).rejects.toMatchObject({ code: 'state_unwritable' });
  chmodSync(folder, 0o700);
});

test('prints the variables of a running instance without writing its state', async () => {
  const data = aTemporaryFolder();
  const clerk = await aClerkLocal({ data });
  const before = readFileSync(path.join(data, 'state.json'), 'utf8');
  const { printed } = await runCommand(['--env', 'express', '--data', data]);
  expect(printed).toContain(`CLERK_API_URL=${clerk.url}`);
  const other = await runCommand(['--env', 'express', '--data', data, '--port', '1']);
  expect(other).toMatchObject({
    code: 1,
    reported: expect.stringContaining('is in use') as unknown,
  });
  expect(readFileSync(path.join(data, 'state.json'), 'utf8')).toBe(before);
});
