import { expect, it } from 'vitest';
import { looksLikeFile } from '@/lib/http/file-path';

it.each(['/x.png', '/account/x.js', '/account/.env', '/a/x%2Epng', '/a/x%2epng', '/a/x.'])(
  'recognizes %s as a file',
  (path) => {
    expect(looksLikeFile(path)).toBe(true);
  },
);

it.each(['/', '/account', '/account/security', '/a.b/c', '/account/%', '/account/%E0%A4%A'])(
  'recognizes %s as a page',
  (path) => {
    expect(looksLikeFile(path)).toBe(false);
  },
);
