import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as exports from '../src/index.js';

test('the package exports what the contract names, and the ports and errors behind it', () => {
  expect(Object.keys(exports).sort()).toMatchInlineSnapshot(`
    [
      "AuthUnavailableError",
      "AuthenticationError",
      "ClerkAuthGuard",
      "ClerkSync",
      "ClerkSyncException",
      "ClerkSyncModule",
      "ClerkSyncOptionsError",
      "Clock",
      "CurrentUser",
      "DomainError",
      "EraseUserData",
      "InfrastructureLog",
      "OnUserEvent",
      "Public",
      "StoreReadOnlyError",
      "SyncMetrics",
      "SyncUnavailableError",
      "SystemClock",
      "UnavailableError",
      "UserRepository",
      "WebhookInvalidError",
      "clerkSyncSql",
      "clerkUserColumns",
      "clerkUserConstraints",
      "createConnectionPool",
      "endedSessions",
      "provideUseCase",
      "userEventDeliveries",
      "userEventHandlers",
      "userEvents",
      "webhookReceipts",
    ]
  `);
});

const names = z.record(z.string(), z.string());
const manifest = z.object({
  dependencies: names,
  peerDependencies: names,
  devDependencies: names,
});

test('the packages that the declarations import are declared, with those of their types', async () => {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const { dependencies, peerDependencies, devDependencies } = manifest.parse(
    JSON.parse(await readFile(`${root}package.json`, 'utf8')),
  );
  const files = (await readdir(`${root}dist`, { recursive: true })).filter((file) =>
    file.endsWith('.d.ts'),
  );
  const texts = await Promise.all(files.map((file) => readFile(`${root}dist/${file}`, 'utf8')));
  const imported = texts
    .join('\n')
    .matchAll(/(?:from |import\()['"]((?:@[\w-]+\/)?[\w-]+)(?:\/[^'"]*)?['"]/g);
  const packages = [...new Set([...imported].map(([, name = '']) => name))];
  expect(packages).toContain('pg');
  // Without its types, an application in a workspace of pnpm gets `any` in their place.
  const needed = packages.flatMap((name) =>
    devDependencies[`@types/${name}`] === undefined ? [name] : [name, `@types/${name}`],
  );
  const declared = Object.keys({ ...dependencies, ...peerDependencies });
  expect(needed.filter((name) => !declared.includes(name))).toEqual([]);
});
