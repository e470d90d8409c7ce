import { expect, it } from 'vitest';
import { isDecodable, looksLikeFile } from '@/lib/http/file-path';

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

it.each(['/', '/a%2Fb', '/%C3%A9', '/%00'])('decodes %s', (path) => {
  expect(isDecodable(path)).toBe(true);
});

it.each(['/%', '/a/%zz', '/%E0%A4%A', '/%ff/b'])('does not decode %s', (path) => {
  expect(isDecodable(path)).toBe(false);
});
