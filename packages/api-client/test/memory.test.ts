import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { bundleClient } from './support/bundle.js';

/** Milliseconds. Only a child that hangs takes longer. */
const timeout = 300_000;
const mebibyte = 2 ** 20;
const child = fileURLToPath(new URL('support/memory-child.mjs', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-client-memory-'));
  await writeFile(join(folder, 'client.cjs'), `${await bundleClient()}module.exports = client;`);
  return () => rm(folder, { recursive: true, force: true });
}, timeout);

test.each([
  ...['ok', 'fail', 'offline', 'invalid', 'retry', 'refresh', 'timeout', 'abort', 'hung token'],
])(
  '20,000 calls leave no memory, handle or listener behind: %s',
  async (scenario) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--expose-gc', child, join(folder, 'client.cjs'), scenario],
      { timeout },
    );
    const growth = JSON.parse(stdout) as Record<string, number>;
    expect(growth).toMatchObject({ calls: 20_000, listeners: 0 });
    expect(growth['heap']).toBeLessThan(3 * mebibyte);
    expect(growth['external']).toBeLessThan(mebibyte);
    expect(growth['handles']).toBeLessThanOrEqual(0);
  },
  timeout,
);
