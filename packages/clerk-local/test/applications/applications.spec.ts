import { networkInterfaces } from 'node:os';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { answers, folderOf, freePort, run, startClerk } from './application.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(90_000);
  onTestFinished(() => page.close());
  await page.goto(url);
  await page.waitForFunction('window.Clerk?.loaded');
  return page;
}

/** Fills in Clerk's sign-up form, wherever it is shown. */
async function signUp(page: Page): Promise<void> {
  const fields = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    emailAddress: 'ada@example.com',
    password: 'correct horse battery',
  };
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`input[name="${name}"]`).fill(value);
  }
  await page.locator('button.cl-formButtonPrimary').click();
  await page.locator('[data-input-otp]').first().focus();
  await page.keyboard.type('424242', { delay: 20 });
}

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name="identifier"]').fill('ada@example.com');
  await page.locator('button.cl-formButtonPrimary').click();
  await page.locator('input[name="password"]:not([tabindex="-1"])').fill('correct horse battery');
  await page.locator('button.cl-formButtonPrimary').click();
}

test.runIf(process.env['OFFLINE'] === '1')('the tests can reach only this machine', () => {
  expect(Object.keys(networkInterfaces())).toEqual(['lo']);
});

const signedIn = 'Boolean(window.Clerk?.loaded && window.Clerk.user)';

test.each(['express', 'fastify'] as const)(
  '@clerk/%s recognizes the user who signs up, signs out and signs in',
  async (kind) => {
    const folder = folderOf(kind);
    const environment = await startClerk(folder, kind);
    const port = await freePort();
    run(folder, ['node', 'server.js'], { ...environment, PORT: `${port}` });
    const origin = `http://localhost:${port}`;
    await answers(`${origin}/sign-up`);

    const page = await open(`${origin}/sign-up`);
    const me = async (): Promise<unknown> =>
      page.evaluate(
        "fetch('/api/me').then(async (answer) => [answer.status, await answer.json()])",
      );
    expect(await me()).toEqual([401, { userId: null }]);
    await signUp(page);
    await page.waitForURL(`${origin}/`);
    await page.waitForFunction(signedIn);
    const id: unknown = await page.evaluate('window.Clerk.user.id');
    expect(await me()).toEqual([200, { userId: id }]);
    await page.evaluate('window.Clerk.signOut()');
    await page.waitForFunction('window.Clerk?.loaded && !window.Clerk.user');
    expect(await me()).toEqual([401, { userId: null }]);
    await page.goto(`${origin}/sign-in`);
    await signIn(page);
    await page.waitForURL(`${origin}/`);
    await page.waitForFunction(signedIn);
    expect(await me()).toEqual([200, { userId: id }]);
  },
);

test('@clerk/react on Vite signs a user up, out and in again', async () => {
  const folder = folderOf('react');
  const environment = await startClerk(folder, 'react');
  const port = await freePort();
  run(folder, ['vite', '--port', `${port}`, '--strictPort', '--host', '127.0.0.1'], environment);
  const origin = `http://localhost:${port}`;
  await answers(origin);
  const page = await open(`${origin}/sign-up`);
  await signUp(page);
  await page.getByText('Signed in').waitFor();
  await page.evaluate('window.Clerk.signOut()');
  await page.getByText('Signed out').waitFor();
  await page.goto(`${origin}/sign-in`);
  await signIn(page);
  await page.getByText('Signed in').waitFor();
});

test('Clerk’s quickstart for Next.js signs a user up, out and in again on the Account Portal', async () => {
  const folder = folderOf('next');
  const environment = await startClerk(folder, 'next');
  const port = await freePort();
  run(folder, ['next', 'dev', '--port', `${port}`], environment);
  const origin = `http://localhost:${port}`;
  await answers(origin);
  const page = await open(origin);
  await page.getByText('Server: signed out').waitFor();
  await page.getByRole('button', { name: 'Sign up' }).click();
  await signUp(page);
  await page.waitForURL(`${origin}/**`);
  await page.getByText(/Server: user_/).waitFor();
  // The server renders the text before clerk-js has loaded; until then, `signOut` has no effect.
  await page.waitForFunction('window.Clerk?.loaded');
  await page.evaluate('window.Clerk.signOut()');
  await page.getByText('Server: signed out').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signIn(page);
  await page.waitForURL(`${origin}/**`);
  await page.getByText(/Server: user_/).waitFor();
});
