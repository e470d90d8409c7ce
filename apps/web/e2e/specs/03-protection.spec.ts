import { watchRequests } from '../support/requests';
import { expect, test } from '../support/test';
import { sendRaw } from '../support/raw-request';

/** Texts that only the signed-in area contains. */
const protectedText = /Your local user|user-clerk-id|This is how the API knows you/;

const spellings = [
  '/dashboard',
  '/dashboard/',
  '/account',
  '/account/security',
  '/%64ashboard',
  '/%2564ashboard',
  '//dashboard',
  '/./dashboard',
  '/dashboard/%2e%2e/dashboard',
  '/sign-in/%2e%2e/dashboard',
  '/sign-in/../dashboard',
  '/Dashboard',
  '/DASHBOARD',
  '/dashboard.rsc',
  '/dashboard.txt',
  '/dashboard.js',
  '/dashboard?_rsc=1a2b3',
  '/_next/data/build/dashboard.json',
  '/%28signed-in%29/dashboard',
  '/dashboard;jsessionid=1',
  '/dashboard%00',
];

const manners: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a page': { accept: 'text/html', 'sec-fetch-dest': 'document' },
  'React Server Components': { rsc: '1' },
  'a prefetch': { rsc: '1', 'next-router-prefetch': '1' },
  'a segment’s prefetch': {
    rsc: '1',
    'next-router-prefetch': '1',
    'next-router-segment-prefetch': '/_tree',
  },
  'a subrequest of the proxy itself': {
    'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy',
  },
  'an unsigned token': {
    cookie: '__session=eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.; __client_uat=1',
  },
};

for (const [manner, headers] of Object.entries(manners)) {
  test(`signed out, ${manner} of the signed-in area has no protected content, in any spelling`, async () => {
    for (const path of spellings) {
      const { status, body } = await sendRaw(path, headers);

      expect(body, path).not.toMatch(protectedText);
      expect(status, path).toBeLessThan(500);
    }
  });
}

test('signed out, a data request leads to sign-in and back to the page, not to its data', async () => {
  const { status, body } = await sendRaw('/dashboard?a=b&_rsc', { rsc: '1' });
  expect(status).toBe(200);
  const [, back = ''] = /redirect_url=([^;"]+)/.exec(body) ?? [];
  expect(decodeURIComponent(back)).toMatch(/\/dashboard\?a=b$/);
});

test('the protected texts appear for a signed-in user', async ({ visitor, page }) => {
  await visitor.arrive();

  for (const headers of [{ accept: 'text/html' }, { rsc: '1' }]) {
    const response = await page.request.get('/dashboard', { headers });

    expect(response.status()).toBe(200);
    expect(await response.text()).toMatch(protectedText);
  }
});

test('a signed-out visit to the dashboard leads to sign-in and then back', async ({
  visitor,
  page,
}) => {
  const user = await visitor.createUser();
  const navigations = watchRequests(page, (request) => request.isNavigationRequest());

  await page.goto('/account');
  await expect(page).toHaveURL(/\/sign-in/);
  expect(navigations.length).toBeLessThan(10);
  await visitor.tryToSignIn(user);

  await expect(page).toHaveURL('/account');
  await expect(page.getByTestId('sync-note')).toContainText('Ada Lovelace');
});
