import { invalid, noText, values, type Forgery } from './forgery.js';

const nothingSaid = [
  ['missing', undefined],
  ['empty', ''],
  ...noText,
  ['in a list', ['user_1']],
  ['in an object', { toString: 'user_1' }],
] as const;

/** Values that are not Clerk ids and that no row or URL could contain. */
const noId = [
  ...nothingSaid,
  ['that is space', ' '],
  ['that is a tab', '\t'],
  ['that is a line break', '\n'],
  ['with space in it', 'user 1'],
  ['with space after', 'user_1 '],
  ['with a line break after', 'user_1\n'],
  ['with NUL', 'user_\0'],
  ['with an escape character', 'user_\u001b[2J'],
  ['with a lone surrogate', 'user_\ud83d'],
  ['with a space of no width', 'user_\u200b1'],
  ['that is written from right to left', '\u202euser_1'],
  ['of other scripts', 'usеr_1'],
  ['of 256 characters', 'u'.repeat(256)],
  ['of 5,000 characters', 'u'.repeat(5_000)],
] as const;

/** Claims about the user, the session, the issuer and the audience. */
export const identityClaims: readonly Forgery[] = [
  ...values('sub', noId, (forge, sub) => forge.withClaims({ sub })),
  ...values('sid', nothingSaid, (forge, sid) => forge.withClaims({ sid })),
  ...values(
    'iss',
    [
      ['missing', undefined],
      ['empty', ''],
      ...noText,
      ['of another instance', 'https://other.clerk.accounts.dev'],
      ['of another place', 'https://evil.example'],
    ],
    (forge, iss) => forge.withClaims({ iss }),
  ),
  ...invalid(
    ['iss with a slash', (forge) => forge.withClaims({ iss: `${forge.options.issuer}/` })],
    ['iss with a path', (forge) => forge.withClaims({ iss: `${forge.options.issuer}/x` })],
    ['iss with a port', (forge) => forge.withClaims({ iss: `${forge.options.issuer}:443` })],
    ['iss with a dot', (forge) => forge.withClaims({ iss: `${forge.options.issuer}.` })],
    [
      'iss with a longer host',
      (forge) => forge.withClaims({ iss: `${forge.options.issuer}.evil.example` }),
    ],
    [
      'iss with a user',
      (forge) => forge.withClaims({ iss: forge.options.issuer.replace('//', '//x@') }),
    ],
    ['iss with space', (forge) => forge.withClaims({ iss: ` ${forge.options.issuer}` })],
    ['iss in capitals', (forge) => forge.withClaims({ iss: forge.options.issuer.toUpperCase() })],
    ['iss without its scheme', (forge) => forge.withClaims({ iss: forge.options.issuer.slice(8) })],
    [
      'iss by http',
      (forge) => forge.withClaims({ iss: forge.options.issuer.replace('https', 'http') }),
    ],
    ['iss that is cut', (forge) => forge.withClaims({ iss: forge.options.issuer.slice(0, -1) })],
    ['iss in a list', (forge) => forge.withClaims({ iss: [forge.options.issuer] })],
    [
      'iss in the header alone',
      (forge) => forge.token({ iss: forge.options.issuer }, { iss: undefined }),
    ],
  ),
  ...values(
    'azp',
    [
      ['missing', undefined],
      ['empty', ''],
      ...noText,
      ['of another origin', 'https://evil.example'],
      ['null in text', 'null'],
      ['of any', '*'],
    ],
    (forge, azp) => forge.withClaims({ azp }),
  ),
  ...invalid(
    ['azp with a slash', (forge) => forge.withClaims({ azp: `${forge.options.origin}/` })],
    ['azp with a longer port', (forge) => forge.withClaims({ azp: `${forge.options.origin}0` })],
    [
      'azp with a longer host',
      (forge) => forge.withClaims({ azp: `${forge.options.origin}.evil.example` }),
    ],
    ['azp that is cut', (forge) => forge.withClaims({ azp: forge.options.origin.slice(0, -1) })],
    ['azp in capitals', (forge) => forge.withClaims({ azp: forge.options.origin.toUpperCase() })],
    [
      'azp by https',
      (forge) => forge.withClaims({ azp: forge.options.origin.replace('http:', 'https:') }),
    ],
    ['azp with space', (forge) => forge.withClaims({ azp: `${forge.options.origin} ` })],
    ['azp in a list', (forge) => forge.withClaims({ azp: [forge.options.origin] })],
    ['azp as aud', (forge) => forge.withClaims({ azp: undefined, aud: forge.options.origin })],
    [
      'azp in a list of two',
      (forge) => forge.withClaims({ azp: `${forge.options.origin},https://evil.example` }),
    ],
  ),
  {
    name: 'sts pending',
    code: 'session_pending',
    make: (forge) => forge.withClaims({ sts: 'pending' }),
  },
  ...values(
    'sts',
    [
      ['empty', ''],
      ...noText,
      ['of a session that was revoked', 'revoked'],
      ['ended', 'ended'],
      ['in capitals', 'ACTIVE'],
      ['pending, with a capital', 'Pending'],
      ['with space', 'active '],
      ['in a list', ['active']],
    ],
    (forge, sts) => forge.withClaims({ sts }),
  ),
  ...invalid(
    ['no claims', (forge) => forge.withPayload('{}')],
    [
      'claims that stand in claims',
      (forge) => forge.withPayload(JSON.stringify({ claims: forge.claims })),
    ],
    [
      'claims that stand in __proto__',
      (forge) => forge.withPayload(`{"__proto__":${JSON.stringify(forge.claims)}}`),
    ],
    ['claims that stand in the header', (forge) => forge.withPayload('{}', forge.claims)],
    [
      'claims in capitals',
      (forge) =>
        forge.withPayload(
          JSON.stringify(
            Object.fromEntries(Object.entries(forge.claims).map(([n, v]) => [n.toUpperCase(), v])),
          ),
        ),
    ],
  ),
];
