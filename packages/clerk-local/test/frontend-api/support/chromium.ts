import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Starts an installed Chromium, else Playwright's own. It resolves no name but this machine's.
 *
 * @throws where there is none, saying what to install
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [...installed, chromium.executablePath()].find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'No Chromium was found. Install one (on Debian and Ubuntu: apt-get install chromium), ' +
        'or run: npx playwright-core install chromium',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      // A container's root cannot have Chromium's sandbox; only pages of the test are opened.
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}
