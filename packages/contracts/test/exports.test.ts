import { expect, test } from 'vitest';
import * as contracts from '../src/index.js';

test('the package exports just this', () => {
  expect(Object.keys(contracts).sort()).toMatchInlineSnapshot(`
    [
      "defineEndpoint",
      "endpoints",
      "errorCodes",
      "getLiveness",
      "getMe",
      "getReadiness",
      "healthResponse",
      "problemDetails",
      "readinessResponse",
      "receiveClerkWebhook",
      "userResponse",
      "validationIssue",
      "webhookReceipt",
    ]
  `);
});
