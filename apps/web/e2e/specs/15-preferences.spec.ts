import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page, Route } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { watchRequests } from '../support/requests';
import { expect, test } from '../support/test';

const address = `${addresses.api}/users/me/preferences`;

/** The card with the form, on the account page. */
class PreferencesCard {
  private readonly card: Locator;

  constructor(page: Page) {
    this.card = page.getByRole('region', { name: 'Your preferences' });
  }

  language = (): Locator => this.card.getByLabel('Language');
  timeZone = (): Locator => this.card.getByLabel('Time zone');
  summary = (): Locator => this.card.getByTestId('preferences-summary');
  status = (): Locator => this.card.getByRole('status');
  failure = (): Locator => this.card.getByTestId('failure');

  async save(language: string, timeZone: string): Promise<void> {
    await this.language().fill(language);
    await this.timeZone().fill(timeZone);
    await this.card.getByRole('button', { name: 'Save preferences' }).click();
  }
}

/** Answers the next PUT with `answer`; everything else reaches the API. */
async function onNextPut(page: Page, answer: (route: Route) => Promise<void>): Promise<void> {
  let isOver = false;
  await page.route(address, async (route) => {
    if (isOver || route.request().method() !== 'PUT') return route.fallback();
    isOver = true;
    return answer(route);
  });
}

function aProblem(
  status: number,
  code: string,
  more: object = {},
): Parameters<Route['fulfill']>[0] {
  return {
    status,
    contentType: 'application/problem+json',
    headers: { 'access-control-allow-origin': addresses.web, 'retry-after': '0' },
    body: JSON.stringify({
      type: `urn:populatte:problem:${code}`,
      title: code,
      status,
      detail: code,
      code,
      requestId: 'request-1',
      ...more,
    }),
  };
}

test('preferences are suggested by the browser, saved, and kept after a reload', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  await expect(preferences.language()).toHaveValue('en-GB');
  await expect(preferences.timeZone()).toHaveValue('UTC');
  await expect(preferences.summary()).toContainText('You have not chosen any yet');

  await preferences.save('DE-at', 'Europe/Vienna');

  await expect(preferences.status()).toHaveText('Saved');
  await expect(preferences.summary()).toHaveText(
    'In use: Österreichisches Deutsch, Europe/Vienna.',
  );
  await page.reload();
  await expect(preferences.language()).toHaveValue('de-AT');
  await expect(preferences.timeZone()).toHaveValue('Europe/Vienna');
});

test('the form works with the keyboard alone', async ({ visitor, page }) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  await preferences.language().focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('fr-CA');
  await page.keyboard.press('Tab');
  await expect(preferences.timeZone()).toBeFocused();
  await page.keyboard.type('America/Toronto');
  await page.keyboard.press('Enter');

  await expect(preferences.status()).toHaveText('Saved');
  await expect(preferences.summary()).toContainText('America/Toronto');
});

test('an invalid field shows an error and gets the focus, and nothing is sent', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  const puts = watchRequests(page, (request) => request.method() === 'PUT');

  await preferences.save('de', 'Europe/Atlantis');

  await expect(preferences.timeZone()).toBeFocused();
  await expect(preferences.timeZone()).toHaveAttribute('aria-invalid', 'true');
  await expect(preferences.timeZone()).toHaveAccessibleDescription(/Send the name of an IANA/);
  await expect(preferences.language()).toHaveAttribute('aria-invalid', 'false');
  await preferences.timeZone().fill('Europe/Vienna');
  await expect(preferences.timeZone()).toHaveAttribute('aria-invalid', 'false');
  expect(puts).toEqual([]);
});

test('a field that only the API rejects shows the API’s message', async ({ visitor, page }) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  const issues = [{ path: ['body', 'language'], message: 'This language is not supported.' }];
  await onNextPut(page, (route) => route.fulfill(aProblem(400, 'validation_failed', { issues })));

  await preferences.save('fr', 'Europe/Paris');

  await expect(preferences.language()).toHaveAccessibleDescription(
    'This language is not supported.',
  );
  await expect(preferences.language()).toBeFocused();
  await expect(preferences.language()).toHaveValue('fr');
  await expect(preferences.summary()).toContainText('You have not chosen any yet');
});

test('a change is shown optimistically, and reverted with a retry if it fails', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  await preferences.save('fr', 'Europe/Paris');
  await expect(preferences.status()).toHaveText('Saved');

  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  await onNextPut(page, async (route) => {
    await answered;
    await route.fulfill(aProblem(500, 'internal_error'));
  });
  await preferences.save('ja', 'Asia/Tokyo');
  await expect(preferences.summary()).toContainText('Asia/Tokyo');
  await expect(preferences.status()).toHaveText('Saving …');
  answer();

  await expect(preferences.failure()).toContainText('Something went wrong on our side');
  await expect(preferences.summary()).toContainText('Europe/Paris');
  await expect(preferences.timeZone()).toHaveValue('Asia/Tokyo');
  await preferences.failure().getByRole('button', { name: 'Try again' }).click();

  await expect(preferences.summary()).toContainText('Asia/Tokyo');
  await expect(preferences.status()).toHaveText('Saved');
});

test('a user who saves before Clerk is loaded is not treated as signed out', async ({
  visitor,
  page,
}) => {
  await visitor.arrive();
  let load = (): void => undefined;
  const loaded = new Promise<void>((resolve) => (load = resolve));
  await page.route(/clerk-js/, async (route) => {
    await loaded;
    await route.fallback();
  });
  await page.goto('/account', { waitUntil: 'commit' });
  const preferences = new PreferencesCard(page);
  const save = preferences.save('fr', 'Europe/Paris');
  // It works once React runs, and by then the form could already be visible.
  const theme = page.getByRole('button', { name: /^Theme: / });
  await expect(async () => {
    await theme.click();
    await expect(theme).toHaveAccessibleName(/^Theme: light/, { timeout: 500 });
  }).toPass();
  load();
  await save;
  await expect(preferences.status()).toHaveText('Saved');
});

test('while the API is down the card says so, and the form appears without a reload once it is up', async ({
  visitor,
  control,
  page,
}) => {
  await visitor.arrive();
  await control.stopApi();
  await page.goto('/account');
  await expect(page.getByTestId('preferences-failure')).toBeVisible({ timeout: 30_000 });
  await control.startApi();
  await expect(new PreferencesCard(page).language()).toBeVisible();
});

test('the next user does not see the previous user’s preferences', async ({ visitor, page }) => {
  await visitor.arrive();
  await page.goto('/account');
  const preferences = new PreferencesCard(page);
  await preferences.save('ja', 'Asia/Tokyo');
  await expect(preferences.status()).toHaveText('Saved');
  await visitor.signOut();

  await visitor.arrive();
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(preferences.summary()).toContainText('You have not chosen any yet');
  await expect(preferences.timeZone()).toHaveValue('UTC');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe reports nothing serious on a form with errors, ${colorScheme}`, async ({
    visitor,
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await visitor.arrive();
    await page.goto('/account');
    const preferences = new PreferencesCard(page);
    await preferences.save('', 'nowhere');
    await expect(preferences.language()).toHaveAttribute('aria-invalid', 'true');
    const { violations } = await new AxeBuilder({ page })
      .include('[aria-labelledby=preferences]')
      .analyze();
    expect(violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''))).toEqual([]);
  });
}
