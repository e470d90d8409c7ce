import type { Locator, Page } from '@playwright/test';
import { aNewUser } from '../support/new-user';
import { isMeRequest } from '../support/requests';
import { expect, test } from '../support/test';
import { addresses } from '../stack/addresses';
import type { NewUser } from '../stack/commands';
import type { Control } from '../support/control';

/** The local Clerk's console, which stages classic bugs of applications. */
class Console {
  constructor(private readonly page: Page) {}

  /** The texts that the staging shows. */
  readonly staged = (): Locator => this.page.getByRole('region', { name: 'Staging' });

  /** Presses the button of a staging, for a user with an email address. */
  async stage(title: string, email?: string): Promise<void> {
    await this.page.goto(`${addresses.clerk}/#stagings`);
    const card = this.page
      .locator('section.card')
      .filter({ has: this.page.getByRole('heading', { name: title, exact: true }) });
    if (email !== undefined) await card.getByLabel('User').selectOption({ label: email });
    const origin = card.getByLabel('Origin of the token');
    if ((await origin.count()) > 0) await origin.fill(addresses.web);
    await card.getByRole('button', { name: `Stage: ${title}` }).click();
    await this.staged().getByText(`Staged: ${title}`).waitFor();
  }

  /** Waits until Populatte has acknowledged this many webhooks of the staging. */
  async delivered(count: number): Promise<void> {
    await expect(this.staged().getByRole('cell', { name: 'delivered 200' })).toHaveCount(count);
  }

  /** The session token that was created before the change. */
  async token(): Promise<string> {
    await this.staged().getByText('Session token for a request').click();
    return (await this.staged().locator('pre').textContent()) ?? '';
  }

  async end(): Promise<void> {
    await this.page.getByRole('button', { name: 'End staging' }).click();
    await expect(this.staged()).toHaveCount(0);
  }
}

const usersMe = (token: string): Promise<Response> =>
  fetch(`${addresses.api}/users/me`, { headers: { authorization: `Bearer ${token}` } });

/** Creates a user whose row comes from the webhook. */
async function aUserWithRow(control: Control): Promise<{ user: NewUser; userId: string }> {
  await control.deliverWebhooks(true);
  const user = aNewUser();
  const userId = await control.createUser(user);
  await expect.poll(() => nameOf(control, user)).toBe('Ada Lovelace');
  return { user, userId };
}

async function nameOf(control: Control, { email }: NewUser): Promise<string | null | undefined> {
  return (await control.findRows(email))[0]?.name;
}

test('a late webhook changes the row when it arrives', async ({ control, page }) => {
  const { user } = await aUserWithRow(control);
  const clerk = new Console(page);
  await clerk.stage('Late webhook', user.email);
  await clerk.delivered(1);
  expect(await nameOf(control, user)).toMatch(/^Late \d+ Lovelace$/);
});

test('the row keeps the newer name after two webhooks arrive out of order', async ({
  control,
  page,
}) => {
  const { user } = await aUserWithRow(control);
  const clerk = new Console(page);
  await clerk.stage('Webhooks out of order', user.email);
  await clerk.delivered(2);
  await expect(clerk.staged().getByRole('cell', { name: /^Older/ })).toBeVisible();
  expect(await nameOf(control, user)).toMatch(/^Newer \d+ Lovelace$/);
});

test('a deleted user’s live token gets 401, and creates no row', async ({ control, page }) => {
  const { user } = await aUserWithRow(control);
  const clerk = new Console(page);
  await clerk.stage('Deleted user with a live token', user.email);
  await clerk.delivered(1);
  const response = await usersMe(await clerk.token());
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: 'user_deleted' });
  expect(await control.findRows(user.email)).toEqual([]);
});

test('a stale token does not restore the old name', async ({ control, page }) => {
  const { user } = await aUserWithRow(control);
  const clerk = new Console(page);
  await clerk.stage('Stale token', user.email);
  await clerk.delivered(1);
  const fresh = await nameOf(control, user);
  expect(fresh).toMatch(/^Fresh \d+ Lovelace$/);
  const response = await usersMe(await clerk.token());
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ name: fresh });
  expect(await nameOf(control, user)).toBe(fresh);
});

test('while the keys are unavailable, an API without cached keys returns 503 and no user is signed out', async ({
  control,
  page,
}) => {
  const { userId } = await aUserWithRow(control);
  const clerk = new Console(page);
  await clerk.stage('Keys down');
  await control.stopApi();
  await control.startApi();
  const token = await control.createToken({ userId, origin: addresses.web });
  const response = await usersMe(token);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  await expect(clerk.staged().getByRole('cell', { name: 'GET /v1/jwks' }).first()).toBeVisible();
  await clerk.end();
  await expect.poll(async () => (await usersMe(token)).status).toBe(200);
});

test('a user signs in while the Backend API is rate limited', async ({
  control,
  visitor,
  page,
  context,
}) => {
  await control.deliverWebhooks(false);
  const user = aNewUser();
  const userId = await control.createUser(user);
  const clerk = new Console(await context.newPage());
  await clerk.stage('Backend API at its rate limit');
  await visitor.signIn(user);
  await page.reload();
  await expect(visitor.localUser().clerkId()).toHaveText(userId);
  expect(await nameOf(control, user)).toBe('Ada Lovelace');
  await clerk.end();
});

test('a user without a row waits while the Backend API is rate limited, and is not signed out', async ({
  control,
  visitor,
  page,
  context,
}) => {
  await control.deliverWebhooks(false);
  // Like Clerk's default tokens, it carries no profile, so the API must load the user from the
  // Backend API.
  await control.setTokenClaims({ profile: false });
  const user = aNewUser();
  const userId = await control.createUser(user);
  const clerk = new Console(await context.newPage());
  await clerk.stage('Backend API at its rate limit');
  const refused = page.waitForResponse(
    (response) => isMeRequest(response.request()) && response.status() === 503,
  );

  await visitor.tryToSignIn(user);
  const response = await refused;

  expect(await response.headerValue('retry-after')).toMatch(/^\d+$/);
  expect(await response.json()).toMatchObject({ code: 'sync_unavailable' });
  expect(await control.findRows(user.email)).toEqual([]);
  await expect(page).toHaveURL('/dashboard');
  await page.evaluate('window.notReloaded = true');
  await clerk.end();
  await expect(visitor.localUser().clerkId()).toHaveText(userId);
  expect(await nameOf(control, user)).toBe('Ada Lovelace');
  expect(await page.evaluate('window.notReloaded')).toBe(true);
});
