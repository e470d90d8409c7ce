import { describe, expect, test } from 'vitest';
import { adviceForJwt, adviceForOpaque } from '../../../src/infrastructure/clerk/token-kind.js';

const instead = 'Send a session token, from getToken() without a template';

describe('adviceForOpaque', () => {
  test.each([
    ['oat_x', `This is an OAuth access token. ${instead}`],
    ['mt_x', `This is a machine (M2M) token. ${instead}`],
    ['ak_x', `This is an API key. ${instead}`],
    ['sk_test_x', 'This is a secret key, which must not leave your servers.'],
  ])('names what %s is', (token, advice) => {
    expect(adviceForOpaque(token)).toContain(advice);
  });

  test.each(['eyJh.eyJz.c2ln', 'x oat_', ''])('has none for %j', (token) => {
    expect(adviceForOpaque(token)).toBeNull();
  });
});

describe('adviceForJwt', () => {
  test.each([
    [{}],
    [{ typ: 'JWT' }],
    [{ typ: 'jwt', cat: 'cl_B7d4PD111AAA' }],
    [{ cat: 'cl_I7d4PD111III' }],
  ])('has none for a session token with the header %j', (header) => {
    expect(adviceForJwt(header, { sub: 'user_1' })).toBeNull();
  });

  test.each([
    ['a JWT template', { cat: 'cl_B7d4PD222AAA' }, { sub: 'user_1' }, 'made with a JWT template'],
    ['a machine by its category', { cat: 'cl_B7d4PD333AAA' }, {}, 'machine (M2M) token'],
    ['a machine by its subject', {}, { sub: 'mch_1' }, 'machine (M2M) token'],
    ['OAuth', { typ: 'at+jwt' }, {}, 'OAuth access token'],
    ['OAuth in full', { typ: 'application/at+jwt' }, {}, 'OAuth access token'],
  ])('names a token of %s', (_what, header, payload, advice) => {
    expect(adviceForJwt(header, payload)).toContain(advice);
  });

  test.each([
    ['an unknown category', { cat: 'cl_new' }],
    ['a category with the name of an inherited member', { cat: 'toString' }],
    ['a list that reads like a category', { cat: ['cl_B7d4PD222AAA'] }],
    ['no category', { cat: null }],
    ['another type', { typ: 'dpop+jwt' }],
    ['a type that contains JWT', { typ: 'x-jwt' }],
    ['a type that begins with JWT', { typ: 'jwt-x' }],
    ['a type that is not text', { typ: ['JWT'] }],
  ])('refuses %s because it is not a session token', (_what, header) => {
    expect(adviceForJwt(header, { sub: 'user_1' })).toMatch(/^This is not a session token\./);
  });
});
