import { createHmac, createPublicKey, generateKeyPairSync, sign as signDer } from 'node:crypto';
import { generateKeyPair } from 'jose';
import { base64url, sign, type Forge } from './forge.js';
import { invalid, noText, values, type Forgery } from './forgery.js';

/** RFC 8725, 2.1 and 3.1: the verifier chooses the algorithm, not the token. */
export const algorithms: readonly Forgery[] = [
  ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) =>
    invalid(
      [`alg ${alg} without a signature`, (forge) => `${forge.input({ alg })}.`],
      [`alg ${alg} with some signature`, (forge) => `${forge.input({ alg })}.AAAA`],
      [`alg ${alg} with a right signature`, (forge) => forge.withHeader({ alg })],
      [
        `alg ${alg} in place of a right token’s`,
        async (forge) => {
          const [, , signature] = await forge.parts();
          return `${forge.input({ alg })}.${signature}`;
        },
      ],
    ),
  ),
  ...publicSecrets().flatMap(([what, secretOf]) =>
    (['sha256', 'sha384', 'sha512'] as const).map((hash): Forgery => {
      const alg = `HS${hash.slice(3)}`;
      return {
        name: `${alg} with ${what} as the secret`,
        code: 'token_invalid',
        make: (forge) => {
          const input = forge.input({ alg });
          return `${input}.${createHmac(hash, secretOf(forge)).update(input).digest('base64url')}`;
        },
      };
    }),
  ),
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].flatMap((alg) =>
    invalid(
      [
        `${alg} by the trusted key`,
        async (forge) => sign(forge.input({ alg }), await forge.trustedKeyFor(alg)),
      ],
      [
        `${alg} under the name of RS256`,
        async (forge) => sign(forge.input(), await forge.trustedKeyFor(alg)),
      ],
      [`${alg} over a signature of RS256`, (forge) => forge.withHeader({ alg })],
    ),
  ),
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'RS512'].flatMap((alg) =>
    invalid([
      `${alg} by a key of the forger’s`,
      async (forge) => {
        const { privateKey } = await generateKeyPair(alg);
        return sign(forge.input({ alg }), privateKey);
      },
    ]),
  ),
  ...invalid([
    'ES256 in DER, as OpenSSL writes it',
    (forge) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const input = forge.input({ alg: 'ES256' });
      return `${input}.${base64url(signDer('sha256', Buffer.from(input), privateKey))}`;
    },
  ]),
  ...values(
    'alg',
    [
      ['missing', undefined],
      ['empty', ''],
      ...noText,
      ['in a list', ['RS256']],
      ['in lower case', 'rs256'],
      ['in mixed case', 'Rs256'],
      ['with space after', 'RS256 '],
      ['with space before', ' RS256'],
      ['with NUL after', 'RS256\0'],
      ['with a line break after', 'RS256\n'],
      ['by its name in Java', 'SHA256withRSA'],
      ['by its name in the Web Cryptography API', 'RSASSA-PKCS1-v1_5'],
      ['of encryption', 'RSA-OAEP-256'],
      ['dir', 'dir'],
      ['A128KW', 'A128KW'],
      ['a property of every object', 'constructor'],
      ['__proto__', '__proto__'],
    ],
    (forge, alg) => forge.withHeader({ alg }),
  ),
];

/**
 * Forms of the public key, which an attacker knows and a confused verifier would use as a secret.
 */
function publicSecrets(): [what: string, secretOf: (forge: Forge) => string | Buffer][] {
  const key = ({ trusted }: Forge): ReturnType<typeof createPublicKey> =>
    createPublicKey(trusted.pem);
  return [
    ['the public key in PEM', ({ trusted }) => trusted.pem],
    ['the public key in PEM without its last line break', ({ trusted }) => trusted.pem.trim()],
    ['the public key in PEM with CRLF', ({ trusted }) => trusted.pem.replaceAll('\n', '\r\n')],
    ['the public key in PEM on one line', ({ trusted }) => trusted.pem.replaceAll('\n', '\\n')],
    ['the public key in DER', (forge) => key(forge).export({ type: 'spki', format: 'der' })],
    ['the public key in PKCS #1', (forge) => key(forge).export({ type: 'pkcs1', format: 'pem' })],
    [
      'the public key in PKCS #1, DER',
      (forge) => key(forge).export({ type: 'pkcs1', format: 'der' }),
    ],
    ['the public key as a JWK', ({ trusted }) => JSON.stringify(trusted.jwk)],
    ['the modulus', ({ trusted }) => String(trusted.jwk.n)],
    ['the modulus’ bytes', ({ trusted }) => Buffer.from(String(trusted.jwk.n), 'base64url')],
    ['the key id', ({ trusted }) => trusted.kid],
    ['nothing', () => ''],
  ];
}
