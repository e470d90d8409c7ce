import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const others = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * @returns the path of Playwright's Chromium, else of an installed Chromium
 * @throws Error that says what to install if there is neither
 */
export function findChromium(): string {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const installed = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = [chromium.executablePath(), ...installed, ...others].find((path) =>
    existsSync(path),
  );
  if (found !== undefined) return found;
  throw new Error(
    'The browser tests need a Chromium, and none was found. Install one: ' +
      '`npx playwright install chromium`, or on Debian and Ubuntu `apt-get install chromium`.',
  );
}

/**
 * Root in a container cannot use Chromium's sandbox, and Chromium must send no requests of its own.
 */
export const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-quic',
  '--no-first-run',
  // Resolves only the names of this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];
