import { expect, test } from '../support/test';

/** Each throttles a different stage. */
const rates = [4, 8];

/** Milliseconds until Clerk's components have loaded, even on a slow machine. */
const patience = { timeout: 30_000 };

test('hydration keeps the server’s markup, even on a slow machine', async ({ visitor, page }) => {
  test.setTimeout(180_000);
  const devTools = await page.context().newCDPSession(page);
  const slowDown = (rate: number): Promise<unknown> =>
    devTools.send('Emulation.setCPUThrottlingRate', { rate });

  for (const rate of rates) {
    await slowDown(rate);
    await page.goto('/sign-in');
    await expect(page.getByLabel('Email address')).toBeVisible(patience);
  }
  await slowDown(1);
  await visitor.arrive();
  for (const rate of rates) {
    await slowDown(rate);
    await page.goto('/dashboard');
    await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible(patience);
  }
});
