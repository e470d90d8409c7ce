import { test as base, expect } from '@playwright/test';
import { Control } from './control';
import { Visitor } from './visitor';

interface Fixtures {
  /** Controls the stack; restored after the test. */
  readonly control: Control;
  /** A user at the browser. */
  readonly visitor: Visitor;
  /** Fails the test if a request leaves this machine. */
  readonly staysHere: undefined;
  /** Fails the test if a page reports an error or violates its policy. */
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
        // Browsers report every error response; tests expect some of them.
        const isAnswer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isAnswer) reports.push(message.text());
      });
      await use(undefined);
      expect(reports, 'errors that pages reported').toEqual([]);
    },
    { auto: true },
  ],

  visitor: async ({ page, control }, use) => {
    await use(new Visitor(page, control));
  },
});

/** Runs in every page before its scripts. */
function reportViolations(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    // eslint-disable-next-line no-console -- how a page reports to the test
    console.error(`Content-Security-Policy, ${effectiveDirective}: ${blockedURI}`);
  });
}

export { expect };
