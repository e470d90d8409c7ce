import { expect, test } from 'vitest';
import { bundleClient } from './support/bundle.js';

test('a bundle contains no part of Zod that the contracts do not use, such as its languages', async () => {
  const script = await bundleClient();
  expect(script.includes('Invalid input: expected ')).toBe(true);
  expect(script.includes('Eingabe: erwartet ')).toBe(false);
});
