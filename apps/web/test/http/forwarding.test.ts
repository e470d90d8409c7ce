import { expect, test } from 'vitest';
import { dropMalformedForwarding } from '@/lib/http/forwarding';

function forwarded(headers: Record<string, string>): Record<string, string> {
  const all = new Headers({ host: 'app.example', ...headers });
  dropMalformedForwarding(all);
  return Object.fromEntries(all);
}

test.each(['', ']]]', 'a b', 'a/b', 'user@a', 'a:port', ', a.example'])(
  'the forwarded host "%s" is dropped',
  (host) => {
    expect(forwarded({ 'x-forwarded-host': host })).toEqual({ host: 'app.example' });
  },
);

test.each(['', 'gopher', 'https://', ', https'])(
  'the forwarded scheme "%s" is dropped',
  (scheme) => {
    expect(forwarded({ 'x-forwarded-proto': scheme })).toEqual({ host: 'app.example' });
  },
);

test.each([
  { 'x-forwarded-host': 'a.example', 'x-forwarded-proto': 'https' },
  { 'x-forwarded-host': 'a.example:8443', 'x-forwarded-proto': 'https,http' },
  { 'x-forwarded-host': '[::1]:3000, b.example', 'x-forwarded-proto': 'http' },
])('%j stays', (headers) => {
  expect(forwarded(headers)).toEqual({ host: 'app.example', ...headers });
});
