import { afterAll, beforeAll, describe } from 'vitest';
import { frontendApi } from '../../src/frontend-api/frontend-api.js';
import { asPublished } from '../frontend-api/conformance/setup.js';
import { organizationCalls } from './browser-organization-calls.js';
import { signInCalls } from './browser-sign-in-calls.js';
import { userCalls } from './browser-user-calls.js';
import { CallRecord } from './call-record.js';
import { checkRecord } from './check-record.js';
import { RecordedBrowser } from './recorded-browser.js';

/**
 * Calls the operations that clerk-js has a method for, in Chromium, and reads each change back.
 * `clerk-js.txt` lists the operations and their webhooks; SUPPORT.md is generated from it.
 */
const record = new CallRecord('Frontend API', asPublished);
const browser = new RecordedBrowser(record);

beforeAll(() => browser.launch());
afterAll(() => browser.close());

describe('clerk-js changes, and reads back', { timeout: 180_000 }, () => {
  signInCalls(browser);
  userCalls(browser);
  organizationCalls(browser);
});

checkRecord(record, {
  api: 'Frontend API',
  createRoutes: frontendApi,
  withoutEffect: [
    // Its effect is the browser's own.
    'POST /v1/dev_browser',
    // clerk-js finishes the registration at once; the passkey is read after that.
    'POST /v1/me/passkeys',
  ],
  file: 'clerk-js.txt',
});
