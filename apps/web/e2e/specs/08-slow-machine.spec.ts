import { aPerson } from '../support/people';
import { expect, test } from '../support/test';

/** Each of them is late in another place. */
const rates = [4, 8];

/** Milliseconds until Clerk's parts are there, however slow the machine. */
const patience = { timeout: 30_000 };

test('on a slow machine, too, what the server rendered is taken over as it is', async ({
  visitor,
  control,
  page,
}) => {
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
  await visitor.arriveAs(aPerson(), control);
  for (const rate of rates) {
    await slowDown(rate);
    await page.goto('/dashboard');
    await expect(page.getByRole('button', { name: 'Open user menu' })).toBeVisible(patience);
  }
});
