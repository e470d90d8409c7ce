import { expect, test } from 'vitest';
import { refusedPost } from '@/lib/http/refused-post';

const aPost = (headers: Record<string, string>): Pick<Request, 'method' | 'headers'> => ({
  method: 'POST',
  headers: new Headers(headers),
});

test.each([
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=a',
  'Multipart/Form-Data; boundary=a',
])('a form (%s) is refused with 415', (type) => {
  expect(refusedPost(aPost({ 'content-type': type }))).toBe(415);
});

test.each(['', 'garbage', 'http://', 'https://a b'])(
  'a call of a server action with the Origin %j is refused with 400',
  (origin) => {
    expect(refusedPost(aPost({ 'next-action': 'x', origin }))).toBe(400);
  },
);

test.each<Record<string, string>>([
  {},
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'application/json', origin: 'garbage' },
  { 'next-action': 'x' },
  { 'next-action': 'x', origin: 'null' },
  { 'next-action': 'x', origin: 'https://app.example' },
  { 'next-action': 'x', 'content-type': 'multipart/form-data; boundary=a' },
])('any other POST passes: %j', (headers) => {
  expect(refusedPost(aPost(headers))).toBeUndefined();
});

test('a GET passes', () => {
  const headers = new Headers({ 'content-type': 'multipart/form-data', origin: 'garbage' });
  expect(refusedPost({ method: 'GET', headers })).toBeUndefined();
});
