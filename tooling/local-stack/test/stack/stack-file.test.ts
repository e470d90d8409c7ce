import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStackFile } from '../../src/stack/stack-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test.each([
  ['truncated', '{"origin": "http://loc'],
  ['of another version', '{"origin": "http://localhost:3000"}'],
])('a stack file that is %s is reported with the fix', async (_name, content) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'stack.json'), content);
  await expect(readStackFile(folder)).rejects.toThrow(
    'is not readable. Restart the stack with: npm start',
  );
});

test('without a stack file, no stack is running', async () => {
  await expect(readStackFile(await temporaryFolder())).rejects.toThrow(
    'The stack is not running. Start it with: npm start',
  );
});
