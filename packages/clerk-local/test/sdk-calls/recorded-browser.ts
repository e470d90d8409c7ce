import type { Browser } from 'playwright-core';
import { ada, testCode } from '../frontend-api/support/browser-client.js';
import { launchChromium } from '../frontend-api/support/chromium.js';
import type { ClerkLocalOptions } from '../../src/index.js';
import type { CallRecord } from './call-record.js';
import { RecordedPage } from './recorded-page.js';

export const emailAddress = 'ada@example.com';
/** As source text for a page's function body. */
export const password = JSON.stringify(ada.password);
/** As source text for a page's function body. */
export const code = JSON.stringify(testCode);

export const signInWithPassword = `
  const attempt = await client.signIn.create({ identifier: '${emailAddress}', password: ${password} });
  await Clerk.setActive({ session: attempt.createdSessionId });`;

/** A Chromium whose pages record their calls. */
export class RecordedBrowser {
  private browser: Browser | undefined;

  constructor(private readonly record: CallRecord) {}

  async launch(): Promise<void> {
    this.browser = await launchChromium();
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }

  /** Opens a page of a new instance. */
  open(options?: ClerkLocalOptions): Promise<RecordedPage> {
    if (this.browser === undefined) throw new TypeError('The browser has not been launched.');
    return RecordedPage.open(this.browser, this.record, options);
  }

  /** Opens a page on which a user is signed in. */
  async signedIn(
    options?: ClerkLocalOptions,
  ): Promise<{ readonly page: RecordedPage; readonly userId: string }> {
    const page = await this.open(options);
    const { id } = await page.clerk.users.create(ada);
    await page.run(signInWithPassword);
    await page.run('await client.reload();');
    return { page, userId: id };
  }
}
