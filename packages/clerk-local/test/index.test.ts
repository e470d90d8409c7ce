import { expect, it } from 'vitest';
import * as clerkLocal from '../src/index.js';

it('exports what others build on', () => {
  expect(Object.keys(clerkLocal).sort()).toMatchInlineSnapshot(`
    [
      "ClerkApiError",
      "ClerkLocalError",
      "defaultRetryDelaysMs",
      "defaultSessionTokenClaims",
      "mintSessionToken",
      "startClerkLocal",
      "webEnvironment",
    ]
  `);
});
