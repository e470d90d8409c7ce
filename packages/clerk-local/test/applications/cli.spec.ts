import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { folderOf, startClerk } from './application.js';

test('the clerk program creates, lists and deletes users, and calls any operation', async () => {
  const folder = folderOf('cli');
  const environment = {
    ...(await startClerk(folder, 'cli')),
    CLERK_CONFIG_DIR: path.join(folder, 'config'),
    CLERK_TELEMETRY_DISABLED: '1',
    CLERK_NO_UPDATE_CHECK: '1',
  };
  const clerk = (...args: readonly string[]): unknown => {
    const options = { cwd: folder, env: { ...process.env, ...environment } };
    return JSON.parse(execFileSync('npx', ['--no-install', 'clerk', ...args], options).toString());
  };
  const email = ['--email', 'ada@example.com'];
  const password = ['--password', 'correct horse battery'];
  const created = clerk('users', 'create', ...email, ...password, '--first-name', 'Ada', '--yes');
  const { id } = z.object({ id: z.string() }).parse(created);
  expect(clerk('users', 'list')).toMatchObject({ data: [{ id, first_name: 'Ada' }] });
  const organization = JSON.stringify({ name: 'Acme', created_by: id });
  expect(clerk('api', '/organizations', '-d', organization, '--yes')).toMatchObject({
    members_count: 1,
  });
  clerk('api', `/users/${id}`, '-X', 'DELETE', '--yes');
  expect(clerk('api', '/users/count')).toMatchObject({ total_count: 0 });
});
