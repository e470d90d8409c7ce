import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test';

/** The newest event of the timeline, which polls every few seconds. */
function newestEvent(page: Page): Locator {
  return page.getByTestId('event').first();
}

for (const [clock, minutes] of [
  ['ahead', 10],
  ['behind', -10],
] as const) {
  test(`what has just happened is shown as such by a browser whose clock is ${clock}`, async ({
    visitor,
    page,
  }) => {
    await page.clock.setSystemTime(Date.now() + minutes * 60_000);
    await visitor.arrive();
    await expect(newestEvent(page)).toContainText('Account created here');
    await expect(newestEvent(page)).toContainText(/just now|seconds? ago/);
  });
}

test('the timeline shows a change made by webhook, and one whose webhook was lost, with their sources', async ({
  visitor,
  control,
  page,
}) => {
  const { userId } = await visitor.arrive();
  await expect(newestEvent(page)).toContainText('Account created here');
  await expect(newestEvent(page)).toContainText('Request');

  await control.deliverWebhooks(true);
  await control.renameUser(userId, 'Augusta');

  await expect(newestEvent(page)).toContainText('Name changed');
  await expect(newestEvent(page)).toContainText('Webhook');
  await expect(newestEvent(page)).toContainText(/just now|seconds? ago/);
  await expect(visitor.localUser().name()).toHaveText('Augusta Lovelace');
  await expect(page.getByTestId('name-origin')).toContainText('Webhook');

  await control.deliverWebhooks(false);
  await control.renameUser(userId, 'Byron');
  await page.evaluate('window.Clerk.session.getToken({ skipCache: true })');

  await expect(page.getByTestId('event')).toHaveCount(3);
  await expect(newestEvent(page)).toContainText('no webhook had delivered');
  await expect(visitor.localUser().name()).toHaveText('Byron Lovelace');
  await expect(page.getByTestId('name-origin')).toContainText('Request');
  await expect(page.getByTestId('email-origin')).toContainText('Request');
});

test('the session card counts down to the token’s expiry, then continues with the next token', async ({
  visitor,
  control,
  page,
}) => {
  await control.setTokenLifetime(20);
  await visitor.arrive();
  const left = page.getByTestId('token-left');
  const seconds = async (): Promise<number> => parseInt((await left.textContent()) ?? '', 10);
  await expect(left).toHaveText(/^\d+ of 20 seconds left$/);

  let last = NaN;
  const change = async (): Promise<number> => {
    const before = last;
    last = await seconds();
    return last - before;
  };
  // Between two looks, because Clerk renews a token that is so short-lived after a few seconds.
  await expect.poll(change).toBeLessThan(0);
  await expect.poll(change, { timeout: 40_000 }).toBeGreaterThan(0);
});

test('the timeline pauses during an outage, keeps its events, and resumes', async ({
  visitor,
  control,
  page,
}) => {
  await visitor.arrive();
  await expect(page.getByTestId('event')).toHaveCount(1);
  await control.stopApi();

  await expect(page.getByTestId('timeline-paused')).toBeVisible();
  await expect(page.getByTestId('event')).toHaveCount(1);
  await control.startApi();

  await expect(page.getByTestId('timeline-paused')).toHaveCount(0);
});

test('the account is deleted after a confirmation, and its personal data with it', async ({
  visitor,
  control,
  page,
}) => {
  await control.deliverWebhooks(true);
  const user = await visitor.arrive();
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Delete account' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  const field = dialog.getByLabel(`To confirm, type ${user.email}`);
  await field.fill('something else');
  await page.keyboard.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  expect(await control.findRows(user.email)).toHaveLength(1);

  await field.fill(user.email);
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL('/');
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expect.poll(() => control.findRows(user.email)).toEqual([]);
});

test('the home page measures the visitor’s own request', async ({ visitor, page }) => {
  await visitor.arrive();
  await page.getByRole('link', { name: 'Populatte' }).click();
  await expect(page.getByTestId('own-request')).toHaveText(/^[1-9]\d* ms$/);
});
