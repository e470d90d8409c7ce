import type { Request } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { watchRequests } from '../support/requests';
import { replaceToken } from '../support/session-cookie';
import { expect, test } from '../support/test';

const html = { accept: 'text/html', 'sec-fetch-dest': 'document' };
const { port } = new URL(addresses.web);
const foreignOrigins = [
  `http://127.0.0.1:${port}`,
  `https://localhost:${port}`,
  `http://localhost:${Number(port) + 1}`,
  `${addresses.web}.example.com`,
  'https://evil.example',
];

test('a session token made for another origin counts as signed out', async ({
  visitor,
  control,
  page,
  context,
}) => {
  const { userId } = await visitor.arrive();
  await page.goto('about:blank');
  for (const origin of foreignOrigins) {
    await replaceToken(context, await control.createToken({ userId, origin }));

    const dashboard = await page.request.get('/dashboard', { headers: html, maxRedirects: 0 });
    const home = await page.request.get('/', { headers: html, maxRedirects: 0 });
    const tree = await page.request.get('/dashboard', { headers: { rsc: '1' }, maxRedirects: 0 });

    expect(dashboard.status(), origin).toBe(307);
    expect(dashboard.headers()['location'], origin).toContain('/sign-in');
    expect(await dashboard.text(), origin).not.toContain(userId);
    expect(home.status(), origin).toBe(200);
    expect(await home.text(), origin).not.toContain(userId);
    expect(await tree.text(), origin).not.toContain(userId);
  }
});

test('a browser whose cookie holds another origin’s token gets its own token without a redirect loop', async ({
  visitor,
  control,
  page,
  context,
}) => {
  const { email, userId } = await visitor.arrive();
  await page.goto('about:blank');
  await replaceToken(
    context,
    await control.createToken({ userId, origin: `http://127.0.0.1:${port}` }),
  );
  const navigations = watchRequests(page, (request) => request.isNavigationRequest());

  await page.goto('/dashboard');

  await expect(visitor.localUser().email()).toHaveText(email);
  expect(navigations.length).toBeLessThan(10);
});

test('a token without an origin, as on a return visit, keeps the user signed in', async ({
  visitor,
  control,
  page,
  context,
}) => {
  const { email, userId } = await visitor.arrive();
  const [row] = await control.findRows(email);
  await page.goto('about:blank');
  await replaceToken(context, await control.createToken({ userId }));

  const response = await page.request.get('/dashboard', { headers: html, maxRedirects: 0 });
  await replaceToken(context, await control.createToken({ userId }));
  const answers: number[] = [];
  page.on('response', (answer) => {
    if (answer.url().startsWith(addresses.api)) answers.push(answer.status());
  });
  await page.goto('/dashboard');

  // The server did not call the API, which refuses such tokens; the browser has a token with an origin.
  expect(response.status()).toBe(200);
  const text = await response.text();
  expect(text).toContain('account-loading');
  expect(text).not.toContain(row?.id);
  await expect(visitor.localUser().email()).toHaveText(email);
  await expect(page).toHaveURL('/dashboard');
  expect(answers).not.toContain(401);
});

test('a return visit with an expired token stays signed in: loading state first, then the user', async ({
  visitor,
  control,
  page,
  context,
}) => {
  await control.setTokenLifetime(1);
  const user = await visitor.arrive();
  const [row] = await control.findRows(user.email);
  await page.goto('about:blank');
  await control.setTokenLifetime(60);
  // The token expires after its lifetime and 5 s of leeway; only then does the visit need a handshake.
  await page.waitForTimeout(7_000);
  const refusedBefore = refusalsWithoutAzp(await control.readApiLog());
  const handshakes = watchRequests(page, (request) => request.url().includes('/client/handshake'));
  const signOuts = watchRequests(page, isSignOut);
  const visited: string[] = [];
  page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).pathname));
  const loading = page.getByTestId('account-loading').filter({ visible: true });
  let wasLoading = false;
  await page.route(`${addresses.api}/users/me`, async (route) => {
    await loading.first().waitFor();
    wasLoading = true;
    await route.continue();
  });

  const response = await page.goto('/dashboard');

  expect(response?.status()).toBe(200);
  expect(await response?.text()).not.toContain(row?.id);
  await expect(visitor.localUser().id()).toHaveText(row?.id ?? '');
  await expect(visitor.localUser().email()).toHaveText(user.email);
  await expect(page).toHaveURL('/dashboard');
  expect(handshakes.length).toBeGreaterThan(0);
  expect(wasLoading).toBe(true);
  expect(signOuts).toEqual([]);
  expect(visited).not.toContain('/sign-in');
  // The web server does not send the token without `azp` to the API either.
  expect(refusalsWithoutAzp(await control.readApiLog())).toBe(refusedBefore);
  const sessions = await context.cookies(addresses.web);
  expect(sessions.some(({ name, value }) => name === '__session' && value !== '')).toBe(true);
});

function isSignOut(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url());
  const method = searchParams.get('_method') ?? request.method();
  return (
    /\/client\/sessions\/[^/]+\/(end|remove)$/.test(pathname) ||
    (pathname.endsWith('/client/sessions') && method === 'DELETE')
  );
}

function refusalsWithoutAzp(log: string): number {
  return log.split('azp_missing').length - 1;
}
