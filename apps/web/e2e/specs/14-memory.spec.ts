import { expect, test } from '../support/test';

const warmUp = 300;
const measured = 1_000;
const concurrent = 4;
const maxGrowthBytes = 8 * 1024 * 1024;

test(`the server leaks no memory over ${measured} renderings of the dashboard`, async ({
  visitor,
  control,
  page,
}) => {
  test.skip(process.env['E2E_MODE'] === 'dev', 'the development server keeps a history');
  test.setTimeout(600_000);
  await control.setTokenLifetime(3_600);
  const user = await visitor.arrive();
  const [row] = await control.findRows(user.email);
  // An open page would send more requests in the meantime.
  await page.goto('about:blank');

  const render = async (count: number): Promise<void> => {
    let left = count;
    const renderSome = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const response = await page.request.get('/dashboard');
        // A rendering without a response of the API would not exercise the client.
        expect(await response.text()).toContain(row?.id);
        await response.dispose();
      }
    };
    await Promise.all(Array.from({ length: concurrent }, renderSome));
  };

  await render(warmUp);
  const before = await control.measureWebHeap();
  await render(measured);
  const growth = (await control.measureWebHeap()) - before;

  expect(growth).toBeLessThan(maxGrowthBytes);
});
