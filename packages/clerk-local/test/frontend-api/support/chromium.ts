import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Returns the path of an installed Chromium, else the one that Playwright downloaded.
 *
 * @throws if there is no Chromium, with a message that explains how to install it
 */
export function chromiumPath(): string {
  const executablePath = [...installed, chromium.executablePath()].find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'Chromium was not found. Install it (on Debian and Ubuntu: apt-get install chromium), ' +
        'or run: npx playwright-core install chromium',
    );
  }
  return executablePath;
}

/** Launches Chromium. It resolves only the names of this machine. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
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
