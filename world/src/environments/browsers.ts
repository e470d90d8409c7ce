import { randomBytes } from 'node:crypto';
import puppeteer, { type Page } from 'puppeteer-core';
import { Skip, type Environment } from '../environment.js';
import { startWebStack } from '../support/web-stack.js';
import { findProgram } from '../tools/programs.js';
import type { TestContext } from '../test-context.js';

/**
 * Sign-up, sign-out and sign-in on the built web app, in each engine with its own automation
 * protocol.
 */
export const browsers: Environment[] = [
  {
    name: 'browsers: Chromium and Firefox (WebDriver BiDi) sign up, out and in',
    run: async (context: TestContext): Promise<string> => {
      const engines = ['chrome', 'firefox'] as const;
      const programs = engines.map((engine) => ({ engine, program: find(engine) }));
      if (programs.every(({ program }) => program === undefined)) {
        throw new Skip('no browser is installed (apt-get install chromium firefox-esr)');
      }
      const web = await startWebStack(context);
      const seen: string[] = [];
      const missing: string[] = [];
      for (const { engine, program } of programs) {
        if (program === undefined) missing.push(engine);
        else seen.push(await visit(context, web, engine, program));
      }
      if (missing.length > 0)
        throw new Skip(`not installed: ${missing.join(', ')}; passed: ${seen.join(', ')}`);
      return seen.join(', ');
    },
  },
];

function find(engine: 'chrome' | 'firefox'): string | undefined {
  const names =
    engine === 'chrome'
      ? ['chromium', 'chromium-browser', 'google-chrome']
      : ['firefox-esr', 'firefox'];
  return names.map((name) => findProgram(name)).find((program) => program !== undefined);
}

/** @returns the browser's version */
async function visit(
  context: TestContext,
  web: string,
  engine: 'chrome' | 'firefox',
  program: string,
): Promise<string> {
  const browser = await puppeteer.launch({
    browser: engine,
    executablePath: program,
    headless: true,
    ...(engine === 'firefox' ? { protocol: 'webDriverBiDi' } : {}),
    args: engine === 'chrome' && process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    timeout: 90_000,
    protocolTimeout: 120_000,
  });
  context.atEnd(() => browser.close());
  const version = await browser.version();
  context.progress(`${version}: signing up`);
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  try {
    await signUpOutAndIn(page, web);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${version}: ${reason}; ${await whatItShows(page)}`, { cause: error });
  }
  return version.replace('/', ' ');
}

/** @returns the address and the beginning of the text, for the report of a failure */
async function whatItShows(page: Page): Promise<string> {
  const text: unknown = await page.evaluate('document.body.innerText').catch(String);
  return `${page.url()} shows: ${String(text).replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

async function signUpOutAndIn(page: Page, web: string): Promise<void> {
  const id = randomBytes(6).toString('hex');
  const email = `ada.${id}+clerk_test@people.example`;
  const password = `correct horse ${id}`;

  await page.goto(`${web}/sign-up`);
  await page.locator('input[name=firstName]').fill('Ada');
  await page.locator('input[name=lastName]').fill('Lovelace');
  await page.locator('input[name=emailAddress]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button.cl-formButtonPrimary').click();
  await page.waitForSelector('input[aria-label^="Enter verification code"], input[data-input-otp]');
  await page.focus('input[aria-label^="Enter verification code"], input[data-input-otp]');
  await page.keyboard.type('424242');
  const local = await localUser(page, email);

  await page.locator('button[aria-label="Open user menu"]').click();
  await page.locator('::-p-aria([name="Sign out"][role="button"])').click();
  // The link appears before the navigation that completes the sign-out, which would replace the
  // navigation of an early click.
  await page.waitForFunction(`location.pathname === '/'`);
  await page.locator('a[href="/sign-in"], a[href^="/sign-in?"]').click();
  await page.locator('input[name=identifier]').fill(email);
  await page.locator('button.cl-formButtonPrimary').click();
  await page.locator('input[name=password]').fill(password);
  await page.locator('button.cl-formButtonPrimary').click();
  const again = await localUser(page, email);
  if (again !== local) throw new Error(`the local user was ${local} and is ${again} after sign-in`);
}

/** Waits for the dashboard. @returns the local user's id */
async function localUser(page: Page, email: string): Promise<string> {
  // A string, because it runs in the browser.
  await page.waitForFunction(
    `document.querySelector('[data-testid=user-email]')?.textContent === ${JSON.stringify(email)}`,
  );
  const id: unknown = await page.evaluate(
    `document.querySelector('[data-testid=user-id]')?.textContent`,
  );
  return String(id);
}
