import { aNewUser } from '../support/new-user';
import { expect, test } from '../support/test';
import { navigationOf } from '../support/visitor';

test('the second user of a browser sees none of the first user’s data', async ({
  visitor,
  control,
  page,
}) => {
  const grace = aNewUser({ firstName: 'Grace', lastName: 'Hopper' });
  await control.createUser(grace);
  const ada = await visitor.arrive();
  const adaHere = (await visitor.localUser().id().textContent()) ?? '';
  const traces = [ada.email, 'Ada Lovelace', ada.userId, adaHere];
  await visitor.signOut();

  // From here on the test checks every state of the page, including those between two frames.
  await page.evaluate(watchForTraces, traces);
  const answers: Promise<string>[] = [];
  page.on('response', (response) => {
    const isText = /json|html|x-component/.test(response.headers()['content-type'] ?? '');
    // A navigation discards the body of a response that it interrupts.
    if (isText) answers.push(response.text().catch(() => ''));
  });
  await navigationOf(page).getByRole('link', { name: 'Sign in' }).click();
  await page.waitForURL('/sign-in');
  await visitor.tryToSignIn(grace);

  await expect(visitor.localUser().email()).toHaveText(grace.email);
  expect(await page.evaluate('window.tracesSeen ?? []')).toEqual([]);
  const everything = [await page.content(), await storageOf(page), ...(await Promise.all(answers))];
  for (const trace of traces) expect(everything.join('\n')).not.toContain(trace);
});

/** Runs in the page and keeps running while the app navigates without a reload. */
function watchForTraces(traces: string[]): void {
  const seen: string[] = [];
  Object.assign(window, { tracesSeen: seen });
  new MutationObserver(() => {
    const html = document.documentElement.outerHTML;
    seen.push(...traces.filter((trace) => html.includes(trace) && !seen.includes(trace)));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

async function storageOf(page: { evaluate(script: string): Promise<unknown> }): Promise<string> {
  const script = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }])';
  return String(await page.evaluate(script));
}
