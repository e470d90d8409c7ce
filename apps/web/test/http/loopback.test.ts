import { expect, it } from 'vitest';
import { ownLoopbackOrigin } from '@/lib/http/loopback';

const own = ['http://localhost:3000', 'https://app.example.com'];

it.each([
  '127.0.0.1:3000',
  '127.0.0.2:3000',
  '127.1:3000',
  '[::1]:3000',
  '[0:0:0:0:0:0:0:1]:3000',
  '0.0.0.0:3000',
  'app.localhost:3000',
])('redirects a visitor of %s to the app’s own origin', (host) => {
  expect(ownLoopbackOrigin(host, own)).toBe('http://localhost:3000');
});

it.each([
  null,
  '',
  'localhost:3000',
  'LOCALHOST:3000',
  '127.0.0.1:3001',
  '127.0.0.1',
  'app.example.com',
  '127.0.0.1.example.com:3000',
  'localhost.example.com:3000',
  '192.168.1.2:3000',
  'not a host',
])('does not redirect a visitor of %s', (host) => {
  expect(ownLoopbackOrigin(host, own)).toBeUndefined();
});

it('follows WEB_URL, which may name 127.0.0.1 or both names', () => {
  expect(ownLoopbackOrigin('localhost:3000', ['http://127.0.0.1:3000'])).toBe(
    'http://127.0.0.1:3000',
  );
  const both = ['http://127.0.0.1:3000', 'http://localhost:3000'];
  expect(ownLoopbackOrigin('127.0.0.1:3000', both)).toBeUndefined();
  expect(ownLoopbackOrigin('localhost:3000', both)).toBeUndefined();
  expect(ownLoopbackOrigin('127.0.0.1', ['http://localhost'])).toBe('http://localhost');
});
