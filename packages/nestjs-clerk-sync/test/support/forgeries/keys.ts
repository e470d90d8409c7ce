import { invalid, noText, values, type Forgery } from './forgery.js';
import type { Forge, Part } from './forge.js';

/** Header members that embed the attacker's key or point to it (RFC 7515, 4.1.2 to 4.1.8). */
const brought: readonly (readonly [string, (forge: Forge) => Part])[] = [
  ['nothing', () => ({})],
  ['jwk', ({ attacker }) => ({ jwk: attacker.jwk })],
  [
    'jwk of the trusted key id',
    ({ attacker, trusted }) => ({ jwk: { ...attacker.jwk, kid: trusted.kid } }),
  ],
  ['jku', ({ options }) => ({ jku: options.trapUrl })],
  ['jku of the issuer’s host', ({ options }) => ({ jku: `${options.issuer}@${options.trapUrl}` })],
  ['x5u', ({ options }) => ({ x5u: options.trapUrl })],
  ['x5c', ({ attacker }) => ({ x5c: [attacker.pem.split('\n').slice(1, -2).join('')] })],
  ['x5t', () => ({ x5t: 'AAAA', 'x5t#S256': 'AAAA' })],
  [
    'all of them',
    ({ attacker, options }) => ({
      jwk: attacker.jwk,
      jku: options.trapUrl,
      x5u: options.trapUrl,
      x5c: ['AAAA'],
    }),
  ],
];

const kidsOf: readonly (readonly [string, (forge: Forge) => string | undefined])[] = [
  ['the trusted key id', ({ trusted }) => trusted.kid],
  ['the forger’s key id', ({ attacker }) => attacker.kid],
  ['no key id', () => undefined],
];

/** The verifier selects keys by `kid` from its own set, regardless of other header members. */
export const keys: readonly Forgery[] = [
  ...brought.flatMap(([what, header]) =>
    kidsOf.map(([whose, kid]): Forgery => ({
      name: `the forger’s signature under ${whose}, bringing ${what}`,
      code: 'token_invalid',
      make: (forge) =>
        forge.withHeader({ ...header(forge), kid: kid(forge) }, forge.attacker.privateKey),
    })),
  ),
  ...values(
    'kid',
    [
      ['missing', undefined],
      ['empty', ''],
      ...noText,
      ['of another key', 'ins_other'],
      ['that is space', ' '],
      ['of a path', '../../../../../../etc/passwd'],
      ['of an empty file', '/dev/null'],
      ['of a file’s address', 'file:///dev/null'],
      ['of SQL', "ins' OR '1'='1"],
      ['of SQL that chooses the key', "x' UNION SELECT 'AAAA' --"],
      ['of a shell', '$(id)|id;`id`'],
      ['of LDAP', '*)(kid=*'],
      ['of a template', '{{7*7}}${7*7}'],
      ['__proto__', '__proto__'],
      ['constructor', 'constructor'],
      ['prototype', 'prototype'],
      ['toString', 'toString'],
      ['hasOwnProperty', 'hasOwnProperty'],
      ['size, of the key set itself', 'size'],
      ['of 8,000 characters', 'k'.repeat(8_000)],
      ['of other scripts', 'ключ-鍵-🔑'],
      ['of half a surrogate pair', '\ud83d'],
      ['of NUL', '\0'],
    ],
    (forge, kid) => forge.withHeader({ kid }),
  ),
  ...invalid(
    ['kid in capitals', (forge) => forge.withHeader({ kid: forge.trusted.kid.toUpperCase() })],
    ['kid with space after', (forge) => forge.withHeader({ kid: `${forge.trusted.kid} ` })],
    ['kid with NUL after', (forge) => forge.withHeader({ kid: `${forge.trusted.kid}\0` })],
    ['kid that is cut', (forge) => forge.withHeader({ kid: forge.trusted.kid.slice(0, -1) })],
    ['kid in a list', (forge) => forge.withHeader({ kid: [forge.trusted.kid] })],
    ['kid in an object', (forge) => forge.withHeader({ kid: { toString: forge.trusted.kid } })],
  ),
];
