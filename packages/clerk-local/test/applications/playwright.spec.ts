import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { chromiumPath } from '../frontend-api/support/chromium.js';
import { answers, folderOf, freePort, run, startClerk } from './application.js';

const user = { username: 'ada@example.com', password: 'correct horse battery' };

test('Clerk’s guide for Playwright works, and so do 50 parallel tests with an instance each', async () => {
  const folder = folderOf('playwright');
  const environment = await startClerk(folder, 'express');
  const created = await fetch(`${environment['CLERK_API_URL'] ?? ''}/v1/users`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${environment['CLERK_SECRET_KEY'] ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ email_address: [user.username], password: user.password }),
  });
  expect(created.status).toBe(200);
  const port = await freePort();
  run(folder, ['node', 'server.js'], { ...environment, PORT: `${port}` });
  await answers(`http://localhost:${port}/`);

  // Asynchronous, because the servers' output must be read in the meantime: they would block on a
  // full pipe.
  const { stdout } = await promisify(execFile)('npx', ['--no-install', 'playwright', 'test'], {
    cwd: folder,
    env: {
      ...process.env,
      ...environment,
      BASE_URL: `http://localhost:${port}`,
      CHROMIUM: chromiumPath(),
      E2E_CLERK_USER_USERNAME: user.username,
      E2E_CLERK_USER_PASSWORD: user.password,
    },
  });
  expect(stdout).toContain('53 passed');
});
