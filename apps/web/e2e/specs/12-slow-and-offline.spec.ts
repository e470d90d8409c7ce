import { addresses } from '../stack/addresses';
import { isMeRequest, watchRequests } from '../support/requests';
import { expect, test } from '../support/test';

const me = `${addresses.api}/users/me`;

test('a hanging API shows a message after a few seconds, and the page recovers automatically', async ({
  visitor,
  control,
  page,
}) => {
  const user = await visitor.arrive();
  await control.pauseApi();

  await page.reload({ waitUntil: 'commit' });
  await expect(page.getByTestId('slow').filter({ visible: true })).toContainText(
    'taking longer than usual',
    { timeout: 20_000 },
  );
  await expect(visitor.failure()).toContainText('You are still signed in');
  await control.resumeApi();

  await visitor.tryAgain();
  await expect(visitor.localUser().email()).toHaveText(user.email);
  await expect(visitor.failure()).toHaveCount(0);
});

test('a page refetches immediately when it is back online', async ({ visitor, page, context }) => {
  const user = await visitor.arrive();
  // The dashboard refreshes every 30 s, so an earlier request is due to the network.
  await page.reload();
  await expect(visitor.localUser().email()).toHaveText(user.email);
  // The server renders the card; only a hydrated page, which has a user menu, notices `offline`.
  await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible();
  await context.setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  const asked = watchRequests(page, isMeRequest);

  await context.setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event('online')));

  // Without the event, the dashboard refetches after 30 s.
  await expect.poll(() => asked.length, { timeout: 20_000 }).toBeGreaterThan(0);
});

test('validation issues are listed and not reported as a server error', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await page.route(me, (route) =>
    route.fulfill({
      status: 400,
      contentType: 'application/problem+json',
      headers: { 'access-control-allow-origin': addresses.web },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: 'The input is not valid.',
        code: 'validation_failed',
        requestId: 'req-1',
        issues: [
          { path: ['hours', 0, 'timeZone'], message: 'Unknown time zone' },
          { path: [], message: 'Unrecognized key' },
        ],
      }),
    }),
  );

  await page.goto('/dashboard');
  // The token's time shows once the page is hydrated. Being back online refetches at once.
  await expect(page.getByTestId('token-left')).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.evaluate(() => window.dispatchEvent(new Event('online')));

  // Without the event, the dashboard refetches after 30 s.
  await expect(visitor.failure()).toContainText('hours.0.timeZone: Unknown time zone', {
    timeout: 45_000,
  });
  await expect(visitor.failure()).toContainText('Unrecognized key');
  await expect(visitor.failure()).not.toContainText('our side');
});
