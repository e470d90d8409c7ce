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
  expect(refusedPost(aPost({ 'content-type': type }))?.status).toBe(415);
});

test.each(['', 'garbage', 'http://', 'https://a b'])(
  'a call of a server action with the Origin %j is refused with 400',
  (origin) => {
    expect(refusedPost(aPost({ 'next-action': 'x', origin }))?.status).toBe(400);
  },
);

test.each<Record<string, string>>([
  { host: 'app.example', origin: 'https://evil.example' },
  { host: 'app.example', origin: 'https://app.example:8443' },
  { host: 'app.example', origin: 'null' },
  { origin: 'https://app.example' },
  { host: 'app.example', 'x-forwarded-host': 'evil.example', origin: 'https://app.example' },
])('a call of a server action from another origin is refused with 403: %j', (headers) => {
  const refusal = refusedPost(aPost({ 'next-action': 'x', ...headers }));
  expect(refusal?.status).toBe(403);
  expect(refusal?.text).toContain('X-Forwarded-Host');
});

test.each<Record<string, string>>([
  {},
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'application/json', origin: 'garbage' },
  { origin: 'https://evil.example', host: 'app.example' },
  { 'next-action': 'x' },
  { 'next-action': 'x', origin: 'https://app.example', host: 'app.example' },
  { 'next-action': 'x', origin: 'http://app.example:3000', host: 'app.example:3000' },
  {
    ...{ 'next-action': 'x', origin: 'https://app.example', host: 'web:3000' },
    'x-forwarded-host': 'app.example, proxy.example',
  },
  {
    ...{ 'next-action': 'x', origin: 'https://app.example', host: 'app.example' },
    'x-forwarded-host': '',
  },
  {
    ...{ 'next-action': 'x', origin: 'https://app.example', host: 'app.example' },
    'content-type': 'multipart/form-data; boundary=a',
  },
])('any other POST passes: %j', (headers) => {
  expect(refusedPost(aPost(headers))).toBeUndefined();
});

test('a GET passes', () => {
  const headers = new Headers({ 'content-type': 'multipart/form-data', origin: 'garbage' });
  expect(refusedPost({ method: 'GET', headers })).toBeUndefined();
});
