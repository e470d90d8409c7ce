import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

/** Makes Clerk answer the next deletion as if the user had signed in more than ten minutes ago. */
async function askForReverification(page: Page): Promise<void> {
  const error = {
    code: 'session_reverification_required',
    message: 'Reverification required',
    long_message: 'You need to provide additional verification to perform this operation.',
  };
  await page.route(
    /\/v1\/me\?.*_method=DELETE/,
    (route) =>
      route.fulfill({
        status: 403,
        headers: {
          'access-control-allow-origin': route.request().headers()['origin'] ?? '*',
          'access-control-allow-credentials': 'true',
        },
        json: { errors: [error] },
      }),
    { times: 1 },
  );
}

test('the account is deleted after Clerk has asked for the password again, or kept if the user cancels', async ({
  visitor,
  control,
  page,
}) => {
  await control.deliverWebhooks(true);
  const user = await visitor.arrive();
  await page.getByRole('link', { name: 'Account' }).click();
  const confirmDeletion = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Delete account …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
    await dialog.getByLabel(`To confirm, type ${user.email}`).fill(user.email);
    await page.keyboard.press('Enter');
  };

  await askForReverification(page);
  await confirmDeletion();
  await page.getByRole('button', { name: 'Close modal' }).click();
  await expect(page.getByRole('button', { name: 'Delete account …' })).toBeEnabled();
  await expect(page.getByText('Your account was not deleted')).toHaveCount(0);
  expect(await control.findRows(user.email)).toHaveLength(1);

  await askForReverification(page);
  await confirmDeletion();
  await visitor.enterPassword(user.password);
  await expect(page).toHaveURL('/');
  await expect.poll(() => control.findRows(user.email)).toEqual([]);
});
