import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { version } from '../../../src/core/version.js';

test('the version is that of package.json', () => {
  const file = new URL('../../../package.json', import.meta.url);
  const parsed = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(version).toBe(parsed.version);
});
