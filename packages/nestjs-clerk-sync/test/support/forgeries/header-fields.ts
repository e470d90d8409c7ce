import { deflateRawSync } from 'node:zlib';
import { base64url, sign } from './forge.js';
import { invalid, noText, values, type Forgery } from './forgery.js';

/**
 * RFC 8725, 3.11 and 3.12: other kinds of tokens, even if correctly signed; RFC 7515, 4.1.11:
 * extensions.
 */
export const headerFields: readonly Forgery[] = [
  ...values(
    'crit',
    [
      ...noText,
      ['of an unknown extension', ['exotic']],
      ['of nothing', ['']],
      ['of b64', ['b64']],
      ['of alg', ['alg']],
      ['of kid and typ', ['kid', 'typ']],
      ['of exp, which is a claim', ['exp']],
      ['of no text', [7]],
      ['that is text', 'b64'],
      ['in an object', { 0: 'b64', length: 1 }],
      ['of __proto__', ['__proto__']],
    ],
    (forge, crit) => forge.withHeader({ crit, exotic: true, exp: 1, '': 1 }),
  ),
  ...values(
    'crit of b64, where b64 is',
    [['true', true], ['false', false], ['text', 'true'], ...noText.slice(0, 2)],
    (forge, b64) => forge.withHeader({ crit: ['b64'], b64 }),
  ),
  ...invalid(
    [
      'an unencoded payload (RFC 7797)',
      (forge) => {
        const [header = ''] = forge.input({ b64: false, crit: ['b64'] }).split('.');
        return sign(`${header}.${JSON.stringify(forge.claims)}`, forge.trusted.privateKey);
      },
    ],
    [
      'an unencoded payload that says not that it is one',
      (forge) => {
        const [header = ''] = forge.input({ b64: false }).split('.');
        return sign(`${header}.${JSON.stringify(forge.claims)}`, forge.trusted.privateKey);
      },
    ],
    [
      'a compressed payload',
      (forge) => forge.withPayload(deflateRawSync(JSON.stringify(forge.claims)), { zip: 'DEF' }),
    ],
    ['a token in a token', async (forge) => forge.withPayload(await forge.token(), { cty: 'JWT' })],
    [
      'a token in a token, as text in JSON',
      async (forge) => forge.withPayload(JSON.stringify(await forge.token()), { cty: 'JWT' }),
    ],
    [
      'a token in a token in a token',
      async (forge) =>
        forge.withPayload(await forge.withPayload(await forge.token(), { cty: 'JWT' }), {
          cty: 'JWT',
        }),
    ],
    [
      'a right token as the payload of the forger’s',
      async (forge) =>
        sign(
          `${base64url(JSON.stringify({ ...forge.header, cty: 'JWT' }))}.${base64url(await forge.token())}`,
          forge.attacker.privateKey,
        ),
    ],
  ),
  ...values(
    'typ',
    [
      ['empty', ''],
      ...noText,
      ['of an access token', 'at+jwt'],
      ['of an access token, by its whole name', 'application/at+jwt'],
      ['of a logout token', 'logout+jwt'],
      ['of a security event', 'secevent+jwt'],
      ['of a proof', 'dpop+jwt'],
      ['of an identity token', 'id_token'],
      ['of JOSE', 'JOSE'],
      ['of JOSE with JSON', 'JOSE+JSON'],
      ['of JWE', 'JWE'],
      ['with more after it', 'JWTX'],
      ['with more before it', 'XJWT'],
      ['with a line break after', 'JWT\n'],
      ['with space', ' JWT'],
      ['in a list', ['JWT']],
    ],
    (forge, typ) => forge.withHeader({ typ }),
  ),
  ...values(
    'cat',
    [
      ['empty', ''],
      ...noText,
      ['of a template’s token', 'cl_B7d4PD222AAA'],
      ['of a machine’s token', 'cl_B7d4PD333AAA'],
      ['of an OAuth token', 'cl_B7d4PD444AAA'],
      ['with space after', 'cl_B7d4PD111AAA '],
      ['with space before', ' cl_I7d4PD111III'],
      ['in lower case', 'cl_b7d4pd111aaa'],
      ['that is cut', 'cl_B7d4PD111AA'],
      ['with more after', 'cl_B7d4PD111AAAA'],
      ['with NUL after', 'cl_I7d4PD111III\0'],
      ['of both at once', 'cl_B7d4PD111AAA,cl_I7d4PD111III'],
      ['in a list', ['cl_B7d4PD111AAA']],
    ],
    (forge, cat) => forge.withHeader({ cat }),
  ),
];
