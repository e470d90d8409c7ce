import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../src/collect.js';
import { rewriteLinks } from '../src/rewrite-links.js';
import { findDocuments } from '../src/sources.js';

const documents = findDocuments();
const ignore = () => undefined;

describe('links of a document', () => {
  test.each([
    ['[guide](guides/run.md)', '[guide](/guides/run.md)'],
    ['[part](operations.md#caches)', '[part](/operations.md#caches)'],
    ['[module](../packages/nestjs-clerk-sync)', '[module](/packages/nestjs-clerk-sync.md)'],
    ['[`main.ts`](../apps/api/src/main.ts)', '`main.ts`'],
    ['[elsewhere](https://clerk.com)', '[elsewhere](https://clerk.com)'],
    ['`[code](nowhere.md)`', '`[code](nowhere.md)`'],
  ])('%s becomes %s', (given, expected) => {
    expect(rewriteLinks(given, 'docs/architecture.md', documents, ignore)).toBe(expected);
  });

  test('in HTML pictures lead to copies of the pictures', () => {
    const pictures = [];
    const html = rewriteLinks(
      '<img src="images/dashboard.png">',
      'docs/a.md',
      documents,
      (picture) => pictures.push(picture),
    );
    expect(html).toBe('<img src="/docs/images/dashboard.png">');
    expect(pictures).toEqual(['docs/images/dashboard.png']);
  });

  test('that leads nowhere stops the build and is named', () => {
    expect(() => rewriteLinks('[a](b.md)', 'docs/faults.md', documents, ignore)).toThrow(
      /docs\/faults\.md links to b\.md/,
    );
  });
});

describe('the front page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'populatte-docs-'));
  beforeAll(() => {
    collect(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('leads to each common task in one click', () => {
    const page = readFileSync(join(folder, 'index.md'), 'utf8');
    const links = [...page.matchAll(/link: \/(\S+)/g)].map(([, link]) => link.split('#')[0]);
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) expect(existsSync(join(folder, `${link}.md`)), link).toBe(true);
  });

  test('leads to a description of every error code', async () => {
    const { errorCodes } = await import('@populatte/contracts');
    const page = readFileSync(join(folder, 'errors.md'), 'utf8');
    for (const code of errorCodes) expect(page).toContain(`\`${code}\``);
  });
});

test('the build has every document as a static page, and a search index', () => {
  const dist = join(import.meta.dirname, '../dist');
  for (const page of documents.values()) {
    expect(existsSync(join(dist, page.replace(/\.md$/, '.html'))), page).toBe(true);
  }
  const index = readFileSync(join(dist, 'hashmap.json'), 'utf8');
  expect(index).toContain('errors.md');
});
