import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  frontendApiOf,
  isSigningSecret,
  keyModeOf,
  publicKeyPem,
} from '../../../src/infrastructure/clerk/clerk-keys.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

describe('frontendApiOf', () => {
  test.each([
    ['pk_test_', 'brave-otter-1.clerk.accounts.dev'],
    ['pk_live_', 'clerk.example.com'],
    ['pk_test_', 'CLERK.Example.com'],
    ['pk_test_', 'localhost.test:4010'],
  ])('finds the host in a key %s…: %s', (prefix, host) => {
    expect(frontendApiOf(`${prefix}${base64(`${host}$`)}`)).toBe(host);
  });

  test.each([
    ['without a prefix', base64('clerk.example.com$')],
    ['without the closing $', `pk_test_${base64('clerk.example.com')}`],
    ['with a path', `pk_test_${base64('clerk.example.com/path$')}`],
    ['with a user', `pk_test_${base64('user@clerk.example.com$')}`],
    ['with a port of letters', `pk_test_${base64('clerk.example.com:a$')}`],
    ['that is empty', ''],
  ])('refuses a key %s', (_what, key) => {
    expect(frontendApiOf(key)).toBeNull();
  });
});

describe('keyModeOf', () => {
  test.each([
    ['pk_test_x', 'test'],
    ['sk_test_x', 'test'],
    ['pk_live_x', 'live'],
    ['sk_live_x', 'live'],
    ['ak_live_x', null],
    ['sk_trial_x', null],
    ['a sk_test_x', null],
    ['', null],
  ])('reads %j as %s', (key, mode) => {
    expect(keyModeOf(key)).toBe(mode);
  });
});

describe('publicKeyPem', () => {
  const pem = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);

  test.each([
    ['as it is', pem],
    ['with escaped line breaks', pem.replaceAll('\n', '\\n')],
    ['with spaces for line breaks', pem.replaceAll('\n', ' ')],
    ['with line breaks of Windows', pem.replaceAll('\n', '\r\n')],
    ['without line breaks', pem.replaceAll('\n', '')],
    ['in quotes', `"${pem}"`],
  ])('rebuilds a key %s', (_what, text) => {
    expect(publicKeyPem(text)).toBe(pem);
  });

  test.each([
    [
      'an RSA key of 1024 bits',
      pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    ],
    ['a key for RSA-PSS', pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)],
    ['an EC key', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
    [
      'text between the right lines',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n',
    ],
    ['space between the right lines', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n'],
    ['a certificate', pem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['empty text', ''],
  ])('refuses %s', (_what, text) => {
    expect(publicKeyPem(text)).toBeNull();
  });
});

describe('isSigningSecret', () => {
  test.each([
    ['a secret as Clerk makes it', `whsec_${base64('a secret of some bytes')}`, true],
    ['base64 without the prefix', base64('a secret of some bytes'), false],
    ['a prefix with text that is not base64', 'whsec_!', false],
    ['a prefix alone', 'whsec_', false],
    ['the prefix in the middle', `a whsec_${base64('a secret')}`, false],
  ])('recognizes whether %s is one', (_what, text, isSecret) => {
    expect(isSigningSecret(text)).toBe(isSecret);
  });
});
