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
  /** Fails every test in which a page reports an error or does what its policy forbids. */
  readonly reportsNothing: undefined;
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

  reportsNothing: [
    async ({ context }, use) => {
      const reports: string[] = [];
      await context.addInitScript(reportViolations);
      context.on('weberror', (error) => reports.push(String(error.error())));
      context.on('console', (message) => {
        // Answers with an error are for tests to expect; browsers report each of them.
        const isAnswer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isAnswer) reports.push(message.text());
      });
      await use(undefined);
      expect(reports, 'errors that pages reported').toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ page }, use) => {
    await use(new Visitor(page));
  },
});

/** Runs in every page, before all else. */
function reportViolations(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    // eslint-disable-next-line no-console -- how a page reports to who listens
    console.error(`Content-Security-Policy, ${effectiveDirective}: ${blockedURI}`);
  });
}

export { expect };
