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
