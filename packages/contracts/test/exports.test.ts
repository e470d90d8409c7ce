import { expect, test } from 'vitest';
import * as contracts from '../src/index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(contracts).sort()).toMatchInlineSnapshot(`
    [
      "defineEndpoint",
      "endpoints",
      "errorCodes",
      "getLiveness",
      "getMe",
      "getPreferences",
      "getReadiness",
      "getUserEvents",
      "healthResponse",
      "preferencesInput",
      "preferencesResponse",
      "problemDetails",
      "readinessResponse",
      "receiveClerkWebhook",
      "replacePreferences",
      "userEvent",
      "userEventsResponse",
      "userResponse",
      "validationIssue",
      "webhookReceipt",
    ]
  `);
});
