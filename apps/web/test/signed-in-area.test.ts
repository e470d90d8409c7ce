import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const app = join(import.meta.dirname, '../app');
const files = readdirSync(app, { recursive: true, encoding: 'utf8' });

/** Folders that need no session. A page anywhere else must require one. */
const publicPages = [
  'components/page.tsx',
  'own-origin/route.ts',
  'page.tsx',
  'sign-in/[[...sign-in]]/page.tsx',
  'sign-up/[[...sign-up]]/page.tsx',
];

const others = files.filter(
  (file) =>
    /(^|\/)(page\.tsx|route\.ts)$/.test(file) || /^\(signed-in\)\/(.*\/)?layout\.tsx$/.test(file),
);

it('finds the pages of the signed-in area', () => {
  expect(others).toEqual(expect.arrayContaining([...publicPages, '(signed-in)/layout.tsx']));
});

it.each(others.filter((file) => !publicPages.includes(file)))('%s requires a session', (file) => {
  expect(readFileSync(join(app, file), 'utf8')).toMatch(/await auth\.protect\(/);
});
