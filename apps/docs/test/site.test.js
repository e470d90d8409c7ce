import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MiniSearch from 'minisearch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../src/collect.js';
import { rewriteLinks } from '../src/rewrite-links.js';
import { findDocuments } from '../src/sources.js';

const documents = findDocuments();
const ignore = () => undefined;

describe('links of a document', () => {
  test.each([
    ['[guide](guides/run.md)', '[guide](/guides/run.md)'],
    ['[part](operations/database.md#caches)', '[part](/operations/database.md#caches)'],
    ['[index](operations/README.md)', '[index](/operations/index.md)'],
    ['[folder](operations)', '[folder](/operations/index.md)'],
    ['[module](../packages/nestjs-clerk-sync)', '[module](/packages/nestjs-clerk-sync.md)'],
    ['[`main.ts`](../apps/api/src/main.ts)', '`main.ts`'],
    ['[elsewhere](https://clerk.com)', '[elsewhere](https://clerk.com)'],
    ['`[code](nowhere.md)`', '`[code](nowhere.md)`'],
  ])('%s becomes %s', (given, expected) => {
    expect(rewriteLinks(given, 'docs/architecture.md', documents, ignore)).toBe(expected);
  });

  test('to pictures in HTML lead to their copies', () => {
    const pictures = [];
    const html = rewriteLinks(
      '<img src="images/dashboard.png">',
      'docs/errors.md',
      documents,
      (picture) => pictures.push(picture),
    );
    expect(html).toBe('<img src="/docs/images/dashboard.png">');
    expect(pictures).toEqual(['docs/images/dashboard.png']);
  });

  test('that are broken fail the build and are named', () => {
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

  test('reaches each common task in one click', () => {
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

describe('the built site', () => {
  const dist = join(import.meta.dirname, '../dist');

  test('has every document as a static page', () => {
    for (const page of documents.values()) {
      expect(existsSync(join(dist, page.replace(/\.md$/, '.html'))), page).toBe(true);
    }
  });

  /** Searches of readers: the words, the page with the answer, and a text on that page. */
  const questions = [
    ['add an endpoint', '/guides/add-an-endpoint', 'defineEndpoint'],
    ['add a table', '/guides/add-a-table', 'generator'],
    ['import existing users', '/guides/import-existing-users', 'users:reconcile'],
    ['real keys', '/guides/real-keys', 'CLERK_SECRET_KEY'],
    ['deploy', '/deploy', 'DATABASE_URL'],
    ['upgrade and rollback', '/operations/procedures', 'DATABASE_MIGRATE'],
    ['rotate the secret key', '/operations/procedures', 'CLERK_SECRET_KEY'],
    ['PopulatteDrift', '/operations/incidents', 'PopulatteDrift'],
    ['clerk_webhook_lag_seconds', '/operations/monitor', 'clerk_webhook_lag_seconds'],
    ['token_expired', '/errors', 'token_expired'],
  ];

  test.each(questions)('“%s” is one click from the front page: %s', (_words, link, text) => {
    const [path, anchor] = link.split('#');
    expect(linksOf(join(dist, 'index.html'))).toContain(link);
    const page = readFileSync(join(dist, `${path}.html`), 'utf8');
    expect(page).toContain(text);
    if (anchor !== undefined) expect(page).toContain(`id="${anchor}"`);
  });

  test.each(questions)(
    'a search for “%s” finds %s among its first results',
    async (words, link) => {
      const search = await openSearch(dist);
      const found = search(words)
        .slice(0, shownResults)
        .map((result) => result.split('#')[0]);
      expect(found).toContain(link.split('#')[0]);
    },
  );
});

/** The number of results that a reader considers. */
const shownResults = 5;

function linksOf(file) {
  const html = readFileSync(file, 'utf8');
  return [...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link.replace('.html', ''));
}

/** @returns the site's own search, with the settings of VitePress's search box */
async function openSearch(dist) {
  const chunks = join(dist, 'assets/chunks');
  const name = readdirSync(chunks).find((file) => file.startsWith('@localSearchIndex'));
  const { default: index } = await import(pathToFileURL(join(chunks, name)).href);
  const engine = MiniSearch.loadJSON(index, {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } },
  });
  return (words) => engine.search(words).map(({ id }) => String(id).replace('.html', ''));
}
