import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

function read(path: string): Promise<string> {
  return readFile(new URL(`../../../../../${path}`, import.meta.url), 'utf8');
}

test('docs/guides/test-a-controller.md shows an unchanged test of this repository', async () => {
  const guide = await read('docs/guides/test-a-controller.md');
  const [, path = ''] = /^npm run test:one -- (\S+)$/m.exec(guide) ?? [];
  const [, code] = /```ts\n(.*?)```/s.exec(guide) ?? [];
  expect(code).toBe(await read(path));
});
