import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Launches an installed Chromium, else Playwright's. It resolves only the names of this machine.
 *
 * @throws if there is no Chromium, with a message that explains how to install it
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = [...installed, chromium.executablePath()].find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'Chromium was not found. Install it (on Debian and Ubuntu: apt-get install chromium), ' +
        'or run: npx playwright-core install chromium',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      // Chromium's sandbox does not work as root in a container. Tests open only their own pages.
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
