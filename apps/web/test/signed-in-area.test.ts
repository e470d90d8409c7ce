import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const app = join(import.meta.dirname, '../app');
const files = readdirSync(app, { recursive: true, encoding: 'utf8' });

/** Where no sign-in is needed. A page anywhere else must ask for one. */
const publicPages = [
  'own-origin/route.ts',
  'page.tsx',
  'sign-in/[[...sign-in]]/page.tsx',
  'sign-up/[[...sign-up]]/page.tsx',
];

const others = files.filter(
  (file) =>
    /(^|\/)(page\.tsx|route\.ts)$/.test(file) || /^\(signed-in\)\/(.*\/)?layout\.tsx$/.test(file),
);

it('finds the pages that it is about', () => {
  expect(others).toEqual(expect.arrayContaining([...publicPages, '(signed-in)/layout.tsx']));
});

it.each(others.filter((file) => !publicPages.includes(file)))('%s protects itself', (file) => {
  expect(readFileSync(join(app, file), 'utf8')).toMatch(/await auth\.protect\(/);
});
