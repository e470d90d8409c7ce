import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentFolder } from './collect.js';
import { findDocuments } from './sources.js';

/** The groups, in order. Documents that no group names appear under “More”. */
const groups = [
  {
    text: 'Start',
    pages: [
      'overview.md',
      'guides/run.md',
      'guides/real-keys.md',
      'guides/local-data.md',
      'guides/rename.md',
    ],
  },
  {
    text: 'Guides',
    pages: [
      'guides/add-an-endpoint.md',
      'guides/add-a-table.md',
      'guides/write-a-migration.md',
      'guides/import-existing-users.md',
      'guides/erase-a-users-data.md',
      'guides/',
    ],
  },
  { text: 'Concepts', pages: ['architecture.md', 'security.md', 'faults.md'] },
  { text: 'Deploy', pages: ['deploy.md', 'deployment-files.md', 'scaling.md'] },
  {
    text: 'Operate',
    pages: [
      'operations/index.md',
      'operations/run.md',
      'operations/database.md',
      'operations/users.md',
      'operations/monitor.md',
      'operations/traces.md',
      'operations/incidents.md',
      'operations/procedures.md',
    ],
  },
  { text: 'Reference', pages: ['errors.md', 'environment.md', 'packages/', 'apps/'] },
  {
    text: 'Contribute',
    pages: [
      'contributing.md',
      'testing.md',
      'mutation.md',
      'world.md',
      'bench.md',
      'bench-results.md',
    ],
  },
  { text: 'Decisions', pages: ['adr/'], collapsed: true },
];

/** Builds the side bar from the collected pages; each is named by its heading. */
export function buildSidebar() {
  const left = new Set([...findDocuments().values(), 'environment.md']);
  const take = (pattern) => {
    const matching = [...left].filter((page) =>
      pattern.endsWith('/') ? page.startsWith(pattern) : page === pattern,
    );
    for (const page of matching) left.delete(page);
    return matching.sort();
  };
  // Folders contain the pages that are not listed individually.
  const named = groups.map(({ pages }) =>
    pages.filter((page) => !page.endsWith('/')).flatMap(take),
  );
  const items = groups.map(({ text, pages, collapsed }, index) => ({
    text,
    ...(collapsed === true ? { collapsed } : {}),
    items: [...named[index], ...pages.filter((page) => page.endsWith('/')).flatMap(take)].map(
      toItem,
    ),
  }));
  return left.size === 0
    ? items
    : [...items, { text: 'More', items: [...left].sort().map(toItem) }];
}

function toItem(page) {
  const text = readFileSync(join(contentFolder, page), 'utf8');
  const heading = /^# (.+)$/m.exec(text)?.[1] ?? page;
  return { text: heading.replace(/[`*]/g, ''), link: `/${page.replace(/(index)?\.md$/, '')}` };
}
