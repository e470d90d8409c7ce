import type { Browser, Page } from 'playwright-core';
import { aWebPage } from '../frontend-api/support/web-page.js';
import { injectWallet } from '../frontend-api/support/injected-wallet.js';
import { Visitor } from '../frontend-api/support/visitor.js';
import type { ClerkLocal, ClerkLocalOptions } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import type { EthereumWallet } from '../support/wallets.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import type { CallRecord } from './call-record.js';

/** A page with clerk-js, whose calls are recorded. */
export class RecordedPage {
  private constructor(
    readonly clerk: ClerkLocal,
    private readonly page: Page,
    private readonly record: CallRecord,
  ) {}

  static async open(
    browser: Browser,
    record: CallRecord,
    options: ClerkLocalOptions = {},
  ): Promise<RecordedPage> {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url, ...options });
    const visitor = await Visitor.arrive(browser, await aWebPage(clerk));
    await visitor.page.route(`${clerk.url}/v1/**`, async (route) => {
      const request = route.request();
      const { pathname, searchParams } = new URL(request.url());
      const method = searchParams.get('_method') ?? request.method();
      const observed = record.observe(method, { clerk, receiver }, async () => {
        const response = await route.fetch();
        const text = await response.text();
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        await route.fulfill({ response });
        return { method, path: pathname, status: response.status(), body };
      });
      // clerk-js may still call when the test has ended and the instance is closed. During a test the
      // page gets a network error, which fails the test.
      await observed.catch(() => route.abort().catch(() => undefined));
    });
    await visitor.open('/');
    return new RecordedPage(clerk, visitor.page, record);
  }

  /**
   * Runs a function body in the page. It can use `Clerk`, and `user`, `session` and `organization`
   * of now.
   *
   * @returns what the body returns, as JSON
   */
  run(body: string): Promise<unknown> {
    return this.page.evaluate(`(async () => {
      const { user, session, organization, client } = window.Clerk;
      const image = new File([new Uint8Array([137, 80, 78, 71])], 'a.png', { type: 'image/png' });
      ${body}
    })()`);
  }

  /** Gives the browser an authenticator that confirms every request, as a fingerprint would. */
  async addAuthenticator(): Promise<void> {
    // clerk-js refuses passkeys to automated browsers.
    await this.page.evaluate(
      `Object.defineProperty(navigator, 'webdriver', { get: () => false });`,
    );
    const devTools = await this.page.context().newCDPSession(this.page);
    await devTools.send('WebAuthn.enable');
    await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }

  /** Gives the browser a web3 wallet, as a browser extension would. */
  addWallet(wallet: EthereumWallet): Promise<void> {
    return injectWallet(this.page, wallet);
  }

  /** Notes that the test reads through the instance's own interface what the last call changed. */
  async reads<Value>(value: Promise<Value>): Promise<Value> {
    const read = await value;
    this.record.readElsewhere();
    return read;
  }
}
