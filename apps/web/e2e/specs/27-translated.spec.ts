import { addresses } from '../stack/addresses';
import { expect, test } from '../support/test';
import { translate } from '../support/translate';
import { navigationOf } from '../support/visitor';

test('translated by the browser, the home page shows the time of the request when it arrives', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  let respond = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => (respond = resolve));
  await page.route(`${addresses.api}/users/me`, async (route) => {
    await isHeld;
    await route.continue();
  });
  await page.goto('/');
  await expect(page.getByText('Measuring your own request')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  await translate(page);

  respond();

  await expect(page.getByTestId('own-request')).toHaveText(/^\d+ ms$/);
  await expect(page.getByText('Measuring your own request')).toHaveCount(0);
});

test('translated by the browser, the dashboard follows changes and an outage', async ({
  visitor,
  control,
  page,
}) => {
  const { userId } = await visitor.arrive();
  const events = `${addresses.api}/users/me/events*`;
  await page.route(events, (route) => route.abort());
  await control.stopApi();
  await page.reload();
  await expect(visitor.failure()).toBeVisible();
  await translate(page);

  await control.startApi();
  await expect(page.getByTestId('name-origin')).toHaveText('—');
  await page.unroute(events);
  await expect(page.getByTestId('name-origin')).toContainText('Request');

  await control.deliverWebhooks(true);
  await control.renameUser(userId, 'Augusta');
  await expect(visitor.localUser().name()).toHaveText('Augusta Lovelace');
  await expect(page.getByTestId('name-origin')).toContainText('Webhook');

  await navigationOf(page).getByRole('link', { name: 'Account' }).click();
  await expect(page.getByTestId('sync-note')).toContainText('Augusta Lovelace');
  await control.renameUser(userId, 'Byron');
  await navigationOf(page).getByRole('link', { name: 'Dashboard' }).click();
  await expect(visitor.localUser().name()).toHaveText('Byron Lovelace');
});
