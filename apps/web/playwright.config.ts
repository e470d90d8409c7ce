import { defineConfig } from '@playwright/test';
import { addresses } from './e2e/stack/addresses';
import { chromiumArguments, findChromium } from './e2e/stack/chromium';

/** One worker: the tests share one API and one database, which some of them stop. */
export default defineConfig({
  testDir: 'e2e/specs',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results/playwright',
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  workers: 1,
  retries: Number(process.env['TEST_RETRIES'] ?? 0),
  forbidOnly: true,
  // Generous: both cores may be busy. The limit only ends tests that hang.
  timeout: 120_000,
  globalTimeout: 2_400_000,
  expect: { timeout: 30_000 },
  use: {
    baseURL: addresses.web,
    browserName: 'chromium',
    headless: true,
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    viewport: { width: 1200, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: process.env['E2E_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findChromium(), args: chromiumArguments },
  },
});
