import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const others = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/**
 * @returns the executable of Playwright's own Chromium, else of an installed one
 * @throws Error saying what to install where there is neither
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

/** A container's root cannot have Chromium's sandbox; and Chromium itself is to ask for nothing. */
export const chromiumArguments = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  '--disable-quic',
  '--no-first-run',
  // No other name than this machine's is resolved at all.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];
