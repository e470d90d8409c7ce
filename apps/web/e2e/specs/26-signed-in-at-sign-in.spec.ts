import { addresses } from '../stack/addresses';
import { watchRequests } from '../support/requests';
import { expect, test } from '../support/test';
import { aNewUser } from '../support/new-user';

const encoded = encodeURIComponent(`${addresses.web}/sign-in/nonsense`);

const circular = [
  '/sign-in/nonsense',
  '/sign-up/nonsense',
  '/sign-in/nonsense/deeper',
  '/sign-in/nonsense?redirect_url=/sign-up/nonsense',
  '/sign-in?redirect_url=/sign-in',
  '/sign-in?redirect_url=/sign-in/nonsense',
  `/sign-up?redirect_url=${encoded}`,
  `/sign-in#/?redirect_url=${encoded}`,
  `/sign-in?sign_in_force_redirect_url=${encoded}`,
  `/sign-in?redirect_url=${encodeURIComponent(`/sign-up?redirect_url=${encoded}`)}`,
];

/** Steps of Clerk's forms that continue an attempt. */
const steps = [
  '/sign-in/factor-one',
  '/sign-in/reset-password',
  '/sign-up/continue',
  '/sign-up/verify-email-address',
  '/sign-up/verify-phone-number',
];

test('a signed-in user at an invented path of sign-in or sign-up arrives at the dashboard', async ({
  visitor,
  page,
}) => {
  test.setTimeout(240_000);
  const { email } = await visitor.arrive();
  const navigations = watchRequests(page, (request) => request.isNavigationRequest());
  for (const path of circular) {
    navigations.length = 0;
    await page.goto(path);
    await expect(page, path).toHaveURL('/dashboard');
    await expect(visitor.localUser().email(), path).toHaveText(email);
    expect(navigations.length, path).toBeLessThan(6);
  }
});

test('a signed-in user at a step of a form that was never started arrives at the dashboard', async ({
  visitor,
  page,
}) => {
  test.setTimeout(240_000);
  const { email } = await visitor.arrive();
  for (const path of steps) {
    await page.goto(path);
    await expect(page, path).toHaveURL('/dashboard');
    await expect(visitor.localUser().email(), path).toHaveText(email);
  }
});

test('a signed-out visitor at an invented path signs in once, and arrives at the requested page', async ({
  visitor,
  page,
}) => {
  const user = await visitor.createUser();
  await page.goto('/sign-in/nonsense?redirect_url=/account');
  await expect(page).toHaveURL(/\/sign-in\?.*redirect_url=%2Faccount$/);
  await visitor.tryToSignIn(user);
  await expect(page).toHaveURL('/account');
  await expect(page.getByTestId('sync-note')).toContainText('Ada Lovelace');
});

test('a reload in the middle of a sign-up continues it', async ({ visitor, page }) => {
  await page.goto('/sign-up');
  await visitor.fillSignUpForm(aNewUser());
  await visitor.continue();
  await expect(page).toHaveURL(/\/sign-up\/verify-email-address/);
  await page.reload();
  await visitor.enterEmailCode();
  await expect(page).toHaveURL('/dashboard');
});

test('a signed-out visitor at a step of a sign-up that was never started gets the form', async ({
  page,
}) => {
  await page.goto('/sign-up/verify-email-address');
  await expect(page.getByLabel('Email address')).toBeVisible();
  await expect(page).toHaveURL('/sign-up');
});
