import { callTogether } from '../support/parallel-calls';
import { isEventsRequest, isMeRequest, isTokenRequest, watchRequests } from '../support/requests';
import { expect, test } from '../support/test';
import { addresses } from '../stack/addresses';

test('an idle page whose token has expired gets a fresh one without the user noticing', async ({
  visitor,
  control,
  page,
}) => {
  await control.setTokenLifetime(2);
  const asked = watchRequests(page, isEventsRequest);
  await visitor.arrive();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  const authorization = await asked.at(-1)?.headerValue('authorization');

  // The API refuses the token after its lifetime and 5 s of leeway.
  await expect.poll(() => statusOf(authorization ?? ''), { intervals: [250] }).toBe(401);
  const next = await page.waitForResponse((response) => isEventsRequest(response.request()));

  expect(next.status()).toBe(200);
  expect(await next.request().headerValue('authorization')).not.toBe(authorization);
  await expect(visitor.localUser().id()).toBeVisible();
  await expect(visitor.failure()).toHaveCount(0);
});

test('ten concurrent calls with an expired token share one refresh and succeed', async ({
  visitor,
  control,
  page,
}) => {
  await visitor.arrive();
  const id = await visitor.localUser().id().textContent();
  // The home page makes one call; the dashboard keeps calling, with the expired token too.
  await page.goto('/');
  await expect(page.getByTestId('own-request')).toBeVisible();
  // The browser’s clock is behind, so it considers the expired token valid.
  await page.clock.setSystemTime(Date.now() - 120_000);
  await control.setClockOffset(-120);
  await page.evaluate('window.Clerk.session.getToken({ skipCache: true })');
  await control.setClockOffset(0);
  const refreshes = watchRequests(page, isTokenRequest);
  const calls = watchRequests(page, isMeRequest);

  const users = await callTogether(page, 10);

  expect(users).toEqual(Array.from({ length: 10 }, () => id));
  expect(refreshes).toHaveLength(1);
  expect(calls).toHaveLength(20);
});

test('while the API is down, the page’s own attempts neither take the focus nor repeat the message to screen readers', async ({
  visitor,
  control,
  page,
}) => {
  await visitor.arrive();
  await control.stopApi();
  await page.goto('/dashboard');
  const button = visitor.failure().getByRole('button', { name: 'Try again' });
  await button.focus();
  const changes = await visitor.failure().evaluateHandle((alert) => {
    const texts: string[] = [];
    const look = (): void => void texts.push(alert.textContent);
    new MutationObserver(look).observe(alert, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return texts;
  });
  const requests = watchRequests(page, isMeRequest);

  // Two attempts, which the API client repeats.
  await expect.poll(() => requests.length, { timeout: 60_000 }).toBeGreaterThan(5);

  await expect(button).toBeFocused();
  expect(await changes.jsonValue()).toEqual([]);
});

test('a message appears while the API is down, and the page recovers automatically', async ({
  visitor,
  control,
  page,
}) => {
  const user = await visitor.arrive();
  await control.stopApi();

  await page.goto('/dashboard');
  await expect(visitor.failure()).toContainText('The server cannot be reached');
  await expect(visitor.failure()).toContainText('You are still signed in');
  await page.evaluate('window.notReloaded = true');
  await control.startApi();

  await expect(visitor.localUser().email()).toHaveText(user.email);
  await expect(visitor.failure()).toHaveCount(0);
  await expect(page.getByTestId('event').first()).toBeVisible();
  await expect(page).toHaveURL('/dashboard');
  expect(await page.evaluate('window.notReloaded')).toBe(true);
});

test('a database outage shows a message with a retry and does not sign out', async ({
  visitor,
  control,
  page,
}) => {
  const user = await visitor.arrive();
  const token = await control.createToken({ userId: user.userId, origin: addresses.web });
  await control.stopDatabase();
  // The API serves a cached row for a second after it loses the database (USER_CACHE_MAX_AGE_MS).
  await expect.poll(() => statusOf(`Bearer ${token}`)).toBe(503);

  await page.reload();
  await expect(visitor.failure()).toContainText('Your account cannot be loaded right now', {
    timeout: 60_000,
  });
  await control.startDatabase();
  await visitor.tryAgain();

  await expect(visitor.localUser().email()).toHaveText(user.email);
  await expect(page).toHaveURL('/dashboard');
});

test('a user who was deleted at Clerk is signed out without a redirect loop', async ({
  visitor,
  control,
  page,
}) => {
  const { userId } = await visitor.arrive();
  const requests = watchRequests(page, (request) => !request.url().includes('/_next/static/'));
  await control.deleteUser(userId);

  // The page may leave again before it is complete.
  await page.goto('/dashboard', { waitUntil: 'commit' });

  await page.waitForURL('/sign-in**');
  await expect(page.getByLabel('Email address')).toBeVisible();
  await expect(visitor.localUser().id()).toHaveCount(0);
  await page.waitForLoadState('networkidle');
  expect(requests.length).toBeLessThan(60);
  expect(await page.evaluate('window.Clerk.user')).toBeNull();
});

async function statusOf(authorization: string): Promise<number> {
  const response = await fetch(`${addresses.api}/users/me`, {
    headers: { authorization },
    signal: AbortSignal.timeout(30_000),
  });
  return response.status;
}
