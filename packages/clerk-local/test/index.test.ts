import { expect, test } from 'vitest';
import * as clerkLocal from '../src/index.js';

test('exports exactly the public interface', () => {
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
