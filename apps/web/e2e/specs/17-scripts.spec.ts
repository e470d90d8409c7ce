import { measureScripts, watchScripts } from '../support/script-sizes';
import { expect, test } from '../support/test';
import { navigationOf } from '../support/visitor';

const maxOwnBytes = 60_000;

test('signed out, the home page loads no scripts from Clerk, and sign-in still works', async ({
  visitor,
  page,
}) => {
  const user = await visitor.createUser();
  const scripts = watchScripts(page);
  await page.goto('/');
  await expect(navigationOf(page).getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.waitForLoadState('networkidle');

  const fromClerk = [...scripts].filter((address) => address.includes('/npm/@clerk/'));
  expect(scripts.size).toBeGreaterThan(3);
  expect(fromClerk).toEqual([]);

  await navigationOf(page).getByRole('link', { name: 'Sign in' }).click();
  await page.waitForURL('/sign-in');
  await visitor.signIn(user);
});

test('after a sign-out the home page still leads to sign-in without a reload', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await visitor.signOut();
  await page.evaluate('window.notReloaded = true');

  await navigationOf(page).getByRole('link', { name: 'Sign in' }).click();

  await expect(page.getByLabel('Email address')).toBeVisible();
  expect(await page.evaluate('window.notReloaded')).toBe(true);
});

test('a signed-in visitor sees the signed-in home page', async ({ visitor, page }) => {
  await visitor.arrive();

  await page.goto('/');

  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to your dashboard' })).toBeVisible();
  await expect(page.getByTestId('own-request')).toBeVisible();
});

test('the dashboard loads less than 60 kB of our own scripts, compressed', async ({
  visitor,
  page,
}) => {
  test.skip(process.env['E2E_MODE'] === 'dev', '`next dev` makes no build');
  await visitor.arrive();
  const scripts = watchScripts(page);
  // A new document, so that scripts of the sign-in page do not count.
  await page.goto('/dashboard');
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  await expect(page.getByTestId('token-left')).toBeVisible();
  await page.waitForLoadState('networkidle');

  const { owners, packages } = await measureScripts(scripts);

  const inKilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  const list = [...Object.entries(owners), ...packages].map(
    ([name, bytes]) => `  ${name}: ${inKilobytes(bytes)}`,
  );
  process.stdout.write(`Scripts of the dashboard after gzip:\n${list.join('\n')}\n`);
  // Proves that the source maps tell the packages apart.
  expect(owners.react).toBeGreaterThan(40_000);
  expect(owners.clerk).toBeGreaterThan(10_000);
  expect(owners.own).toBeLessThan(maxOwnBytes);
});
