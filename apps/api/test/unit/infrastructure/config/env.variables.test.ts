import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../../src/infrastructure/config/env.js';
import { anEnvironment, publicKeyPem } from '../../../support/environment.builder.js';
import { refusal } from './refusal.js';

test('uses WEB_URL as the authorised parties by default', () => {
  const env = readEnvironment(anEnvironment({ WEB_URL: 'https://app.example.com' }));
  expect(env.clerk.authorizedParties).toEqual(['https://app.example.com']);
});

test('prefers CLERK_ISSUER to the publishable key', () => {
  const env = readEnvironment(anEnvironment({ CLERK_ISSUER: 'https://proxy.example.com/__clerk' }));
  expect(env.clerk.issuer).toBe('https://proxy.example.com/__clerk');
});

test.each(['CLERK_API_URL', 'CLERK_ISSUER'])(
  'normalises %s, which is compared or extended as text',
  (name) => {
    const read = (url: string): unknown => {
      const { apiUrl, issuer } = readEnvironment(anEnvironment({ [name]: url })).clerk;
      return name === 'CLERK_ISSUER' ? issuer : apiUrl;
    };
    expect(read('https://Clerk.Example.COM:443/Path//')).toBe('https://clerk.example.com/Path');
    expect(read('HTTPS://clerk.example.com')).toBe('https://clerk.example.com');
  },
);

test('accepts two comma-separated signing secrets for a rotation', () => {
  const [one, other] = ['one secret', 'other secret'].map((text) => `whsec_${btoa(text)}`);
  for (const value of [`${one},${other}`, ` ${one} , ${other} ,`]) {
    const env = readEnvironment(anEnvironment({ CLERK_WEBHOOK_SIGNING_SECRET: value }));
    expect(env.clerk.webhookSigningSecrets).toEqual([one, other]);
  }
  for (const value of [`${one},secret`, `${one},${other},${one}`, ',']) {
    const { problems } = refusal({ CLERK_WEBHOOK_SIGNING_SECRET: value });
    expect(problems.map(({ variable }) => variable)).toContain('CLERK_WEBHOOK_SIGNING_SECRET');
  }
});

test('reads LOG_LEVEL in upper case too, as other programs write it', () => {
  expect(readEnvironment(anEnvironment({ LOG_LEVEL: 'INFO' })).logLevel).toBe('info');
});

describe('CLERK_JWT_KEY', () => {
  const pem = publicKeyPem();
  test.each<[string, (text: string) => string]>([
    ['unchanged', (text) => text],
    ['with escaped line breaks', (text) => text.replaceAll('\n', '\\n')],
    ['with spaces in place of line breaks', (text) => text.replaceAll('\n', ' ')],
    ['without line breaks', (text) => text.replaceAll('\n', '')],
    ['with Windows line breaks', (text) => text.replaceAll('\n', '\r\n')],
    ['in quotes', (text) => `"${text.replaceAll('\n', '\\n')}"`],
    ['indented', (text) => text.replaceAll('\n', '\n    ')],
  ])('is accepted %s', (_how, flatten) => {
    expect(readEnvironment(anEnvironment({ CLERK_JWT_KEY: flatten(pem) })).clerk.jwtKey).toBe(pem);
  });

  test('must be an RSA key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const elliptic = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(refusal({ CLERK_JWT_KEY: elliptic }).problems).toHaveLength(1);
  });

  test('must not be a private key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect(refusal({ CLERK_JWT_KEY: secret }).message).not.toContain(secret.slice(40, 80));
  });
});

describe('WEB_URL', () => {
  test.each([
    ['https://app.example.com/', ['https://app.example.com']],
    ['https://APP.example.com:443', ['https://app.example.com']],
    [
      'http://localhost:3000 ,, https://app.example.com,',
      ['http://localhost:3000', 'https://app.example.com'],
    ],
    ['chrome-extension://abcdefgh', ['chrome-extension://abcdefgh']],
  ])('of %j has the origins %j', (WEB_URL, expected) => {
    expect(readEnvironment(anEnvironment({ WEB_URL })).http.webOrigins).toEqual(expected);
  });
});

describe('plain http', () => {
  test.each([
    'http://localhost:4000',
    'http://127.0.0.1:4000',
    'http://127.8.9.1',
    'http://[::1]:4000',
  ])('is accepted for loopback addresses: %s', (url) => {
    expect(readEnvironment(anEnvironment({ CLERK_API_URL: url })).clerk.apiUrl).toBe(url);
  });
});
