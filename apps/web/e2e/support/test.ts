import { test as base, expect } from '@playwright/test';
import { Control } from './control';
import { Visitor } from './visitor';

interface Fixtures {
  /** The stack behind the app; after the test everything runs again. */
  readonly control: Control;
  /** Somebody at the browser. */
  readonly visitor: Visitor;
  /** Fails every test in which a request leaves this machine. */
  readonly staysHere: undefined;
}

/** Playwright's `test`, for this app. */
export const test = base.extend<Fixtures>({
  control: [
    // eslint-disable-next-line no-empty-pattern -- Playwright wants a destructured first parameter
    async ({}, use) => {
      const control = new Control();
      await use(control);
      await control.restore();
    },
    { auto: true },
  ],

  staysHere: [
    async ({ context }, use) => {
      const elsewhere: string[] = [];
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (/^(https?|wss?):$/.test(protocol) && hostname !== 'localhost') {
          elsewhere.push(request.url());
        }
      });
      await use(undefined);
      expect(elsewhere, 'requests that leave this machine').toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ page }, use) => {
    await use(new Visitor(page));
  },
});

export { expect };
