import type { Browser, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';

const timeoutMs = 60_000;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A visitor with a separate browser. */
export class Visitor {
  private constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {}

  /**
   * Opens a browser without cookies. It closes after the test. The test fails if a request left
   * this machine or if a script on the page threw an error.
   *
   * @param origin the origin of the page, such as `http://localhost:4321`
   */
  static async arrive(browser: Browser, origin: string): Promise<Visitor> {
    const context = await browser.newContext();
    context.setDefaultTimeout(timeoutMs);
    const elsewhere: string[] = [];
    const failures: string[] = [];
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      // Clerk's components load the providers' logos from there, regardless of the environment.
      if (request.url().startsWith('https://img.clerk.com/static/')) return;
      if (!/^https?:$/.test(protocol) || /^(localhost|127\.0\.0\.1)$/.test(hostname)) return;
      elsewhere.push(request.url());
    });
    context.on('weberror', (error) => failures.push(error.error().message));
    const page = await context.newPage();
    closers.push(async () => {
      await context.close();
      expect(elsewhere).toEqual([]);
      expect(failures).toEqual([]);
    });
    return new Visitor(page, origin);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.origin}${path}`);
    await this.page.waitForFunction('window.Clerk?.loaded');
  }

  /** Waits until the browser is at a path and Clerk is loaded. */
  async isAt(path: string): Promise<void> {
    await this.page.waitForURL(`${this.origin}${path}`).catch(async (error: unknown) => {
      const shown = await this.page.innerText('body');
      const url = this.page.url();
      throw new Error(`The browser is at ${url}, not at ${path}. The page says: ${shown}`, {
        cause: error,
      });
    });
    await this.page.waitForFunction('window.Clerk?.loaded');
  }

  /** Fills in fields, again if Clerk's components lose them while they load. */
  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    const areKept = async (): Promise<boolean> => {
      let kept = true;
      for (const [name, value] of Object.entries(fields)) {
        // The sign-in form also has a hidden password field for password managers.
        const field = this.page.locator(`input[name="${name}"]:not([tabindex="-1"])`);
        if ((await field.inputValue()) === value) continue;
        await field.fill(value);
        kept = false;
      }
      return kept;
    };
    await expect.poll(areKept, { timeout: timeoutMs }).toBe(true);
  }

  /**
   * Presses the form's primary button, with the keyboard: messages of the fields move the button, and
   * a click is lost if its button moves while the mouse button is down.
   */
  async submit(): Promise<void> {
    const button = this.page.locator('button.cl-formButtonPrimary');
    // The previous form remains until its animation has ended.
    await expect.poll(() => button.count()).toBe(1);
    // Waits until the button is enabled.
    await button.click({ trial: true });
    await button.press('Enter');
  }

  async typeCode(code: string): Promise<void> {
    const field = this.page.locator('[data-input-otp]').first();
    await field.focus().catch(async (error: unknown) => {
      const shown = await this.page.innerText('body');
      throw new Error(`There is no field for the code. The page says: ${shown}`, { cause: error });
    });
    await this.page.keyboard.type(code, { delay: 20 });
  }

  /** Returns the form's error message. */
  async error(): Promise<string | null> {
    return this.page.locator('.cl-formFieldErrorText').first().textContent();
  }

  /** Returns the id of the signed-in user. */
  async userId(): Promise<string | null> {
    const id: unknown = await this.page.evaluate('window.Clerk.user?.id ?? null');
    return z.string().nullable().parse(id);
  }

  /** `Clerk.session.getToken()` */
  async token(options: { readonly skipCache?: boolean } = {}): Promise<string> {
    const call = `window.Clerk.session.getToken(${JSON.stringify(options)})`;
    return z.string().parse(await this.page.evaluate(call));
  }

  /** Signs out, and waits for Clerk's redirect to the home page: it would interrupt the next navigation. */
  async signOut(): Promise<void> {
    await this.page.evaluate('window.Clerk.signOut()');
    await this.isAt('/');
  }
}
