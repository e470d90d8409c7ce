import { CompactEncrypt, importSPKI } from 'jose';
import { base64url, sign, type Forge } from './forge.js';
import { invalid, unsendable, type Forgery } from './forgery.js';

const right = ({ claims }: Forge): string => JSON.stringify(claims);
const json = (value: unknown): string => JSON.stringify(value);

/** Invalid JSON, or JSON that is not an object, in each of the two parts. */
const noObject: readonly (readonly [what: string, text: string | Uint8Array])[] = [
  ['nothing but space', ' '],
  ['a list', '[]'],
  ['a list of an object', '[{}]'],
  ['text', '"x"'],
  ['a number', '7'],
  ['true', 'true'],
  ['null', 'null'],
  ['an object that breaks off', '{"alg":"RS256","sub":'],
  ['no JSON', 'alg=RS256&sub=x'],
  ['XML', '<x/>'],
  ['lists in lists, 2,500 deep', `${'['.repeat(2_500)}${']'.repeat(2_500)}`],
  ['lists in lists that are never closed', '['.repeat(5_000)],
  ['objects in objects that are never closed', '{"a":'.repeat(1_000)],
  ['bytes that are not text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
  ['NUL', '\0'],
];

/** A valid text, corrupted. */
const spoiled: readonly (readonly [what: string, spoil: (text: string) => string | Uint8Array])[] =
  [
    ['a comma too many', (text) => text.replace(/\}$/, ',}')],
    ['single quotes', (text) => text.replaceAll('"', "'")],
    ['a comment', (text) => `${text}//x`],
    ['something after it', (text) => `${text}x`],
    ['a second object after it', (text) => text + text],
    ['NUL after it', (text) => `${text}\0`],
    ['a space of no break before it', (text) => `\u00a0${text}`],
    ['bytes that are no UTF-8', (text) => latin1(text.replace('{', '{"x":"\xff",'))],
    [
      'half of a surrogate pair in UTF-8',
      (text) => latin1(text.replace('{', '{"x":"\xed\xa0\xbd",')),
    ],
    ['an overlong quote', (text) => latin1(text.replace('"', '\xc0\xa2'))],
    ['a byte order mark before it', (text) => `\ufeff${text}`],
    ['a byte order mark after its brace', (text) => text.replace('{', '{\ufeff')],
    ['a byte order mark after it', (text) => `${text}\ufeff`],
    ['two byte order marks before it', (text) => `\ufeff\ufeff${text}`],
    ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16 and its mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ];

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The content and the encoding of the two signed parts. */
export const jsonForms: readonly Forgery[] = [
  ...noObject.flatMap(([what, text]) =>
    invalid(
      [`a payload that is ${what}`, (forge) => forge.withPayload(text)],
      [`a header that is ${what}`, (forge) => forge.withHeaderText(text)],
    ),
  ),
  ...spoiled.flatMap(([what, spoil]) =>
    invalid(
      [`a payload with ${what}`, (forge) => forge.withPayload(spoil(right(forge)))],
      [`a header with ${what}`, (forge) => forge.withHeaderText(spoil(json(forge.header)))],
    ),
  ),
  ...invalid(
    [
      'a payload that is a right one, deep in lists',
      (forge) => forge.withPayload(`[[[[${right(forge)}]]]]`),
    ],
    // RFC 7519, 4: the last of two equal claims counts.
    ...(['sub', 'azp', 'iss', 'exp', 'iat', 'sts'] as const).map(
      (claim): readonly [string, Forgery['make']] => [
        `${claim} twice, where the last is not right`,
        (forge) => forge.withPayload(right(forge).replace(/\}$/, `,"${claim}":"not right"}`)),
      ],
    ),
    ...(
      [
        ['alg', '"none"'],
        ['alg', '"HS256"'],
        ['kid', '"ins_other"'],
        ['cat', '"cl_B7d4PD222AAA"'],
        ['typ', '"at+jwt"'],
        ['crit', '["exotic"]'],
      ] as const
    ).map(([name, value]): readonly [string, Forgery['make']] => [
      `${name} twice, where the last is ${value}`,
      (forge) => forge.withHeaderText(json(forge.header).replace(/\}$/, `,"${name}":${value}}`)),
    ]),
    [
      'a header whose fields stand in __proto__',
      (forge) => forge.withHeaderText(`{"__proto__":${json(forge.header)}}`),
    ],
  ),
];

type Respell = (token: string) => string;

/** Other spellings of a valid token, which has only one. */
const spellings: readonly (readonly [what: string, respell: Respell])[] = [
  ['padding', (token) => `${token}==`],
  ['one sign of padding', (token) => `${token}=`],
  [
    'padding in every part',
    (token) =>
      token
        .split('.')
        .map((part) => `${part}=`)
        .join('.'),
  ],
  ['a part too few', (token) => token.split('.').slice(0, 2).join('.')],
  ['one part alone', (token) => token.split('.')[0] ?? ''],
  ['a part too many', (token) => `${token}.AAAA`],
  ['two parts too many', (token) => `${token}.AAAA.AAAA`],
  ['an empty part before', (token) => `.${token}`],
  ['an empty part after', (token) => `${token}.`],
  ['no header', (token) => token.replace(/^[^.]*/, '')],
  ['no payload', (token) => token.replace(/\.[^.]*\./, '..')],
  ['commas for dots', (token) => token.replaceAll('.', ',')],
  ['its dots in percent signs', (token) => token.replaceAll('.', '%2E')],
  ['its dots doubled', (token) => token.replaceAll('.', '..')],
  ['quotes around it', (token) => `"${token}"`],
  ['brackets around it', (token) => `<${token}>`],
  ['a comma after it', (token) => `${token},`],
  ['a semicolon after it', (token) => `${token};`],
  ['a space within', (token) => `${token.slice(0, 20)} ${token.slice(20)}`],
  ['a tab within', (token) => `${token.slice(0, 20)}\t${token.slice(20)}`],
  ['a space before a dot', (token) => token.replace('.', ' .')],
  ['a plus within', (token) => `${token.slice(0, -4)}+/+/`],
  ['a tilde after it', (token) => `${token}~`],
  ['a disclosure after it', (token) => `${token}~WyJ4IiwieSIsInoiXQ~`],
  ['a letter outside ASCII', (token) => `${token.slice(0, -1)}é`],
  ['base64 of the whole', (token) => Buffer.from(token).toString('base64')],
  ['hexadecimal of the whole', (token) => Buffer.from(token).toString('hex')],
  ['capitals', (token) => token.toUpperCase()],
  ['itself twice', (token) => token + token],
  ['itself twice, with a comma', (token) => `${token},${token}`],
  ['itself twice, with a space', (token) => `${token} ${token}`],
];

const unsendableSpellings: readonly (readonly [what: string, respell: Respell])[] = [
  ['a space before', (token) => ` ${token}`],
  ['a space after', (token) => `${token} `],
  ['a line break after', (token) => `${token}\n`],
  ['a line break within', (token) => `${token.slice(0, 20)}\n${token.slice(20)}`],
  ['NUL after', (token) => `${token}\0`],
  ['NUL within', (token) => `${token.slice(0, 20)}\0${token.slice(20)}`],
  ['a byte order mark before', (token) => `\ufeff${token}`],
  ['dots of full width', (token) => token.replaceAll('.', '\uff0e')],
  ['a letter that looks like another', (token) => token.replace('e', '\u0435')],
  ['nothing at all', () => ''],
];

/** RFC 7515, 7.1: only the compact serialisation. */
export const encodings: readonly Forgery[] = [
  ...invalid(
    ...spellings.map(([what, respell]): readonly [string, Forgery['make']] => [
      `a token with ${what}`,
      async (forge) => respell(await forge.token()),
    ]),
    ...([0, 1] as const).flatMap((index) => {
      const part = ['header', 'payload'][index] ?? '';
      const resigned = (respell: (part: string) => string) => (forge: Forge) => {
        // A length that plain base64 would pad.
        const claims = [0, 1, 2].map((length) => ({ ...forge.claims, x: 'x'.repeat(length) }));
        const headers = [0, 1, 2].map((length) => ({ ...forge.header, x: 'x'.repeat(length) }));
        const parts = [headers, claims].map(
          (all) =>
            all.map((each) => base64url(json(each))).find((one) => one.length % 4 !== 0) ?? '',
        );
        const respelled = parts.map((one, at) => (at === index ? respell(one) : one));
        return sign(respelled.join('.'), forge.trusted.privateKey);
      };
      return [
        [
          `plain base64 in a ${part} with a valid signature`,
          resigned((one) => Buffer.from(one, 'base64url').toString('base64')),
        ],
        [`padding in a ${part} with a valid signature`, resigned((one) => `${one}=`)],
      ] as const;
    }),
    [
      'a signature with its spare bits set',
      async (forge) => {
        const token = await forge.token();
        // 256 bytes are 342 characters: the last one has 4 unused bits.
        const last = { A: 'B', Q: 'R', g: 'h', w: 'x' }[token.slice(-1)] ?? '';
        return token.slice(0, -1) + last;
      },
    ],
    [
      'a header with its spare bits set, under the signature of the right one',
      async (forge) => {
        const header = json({ ...forge.header, x: '' });
        const padded =
          header.length % 3 === 1
            ? header
            : header.padEnd(header.length + ((4 - (header.length % 3)) % 3));
        const spelling = base64url(padded);
        const token = await sign(
          `${spelling}.${base64url(right(forge))}`,
          forge.trusted.privateKey,
        );
        // One byte remains, so its second character has 4 spare bits.
        return token.replace(spelling, nextSpelling(spelling));
      },
    ],
  ),
  ...unsendable(
    ...unsendableSpellings.map(([what, respell]): readonly [string, Forgery['make']] => [
      `a token with ${what}`,
      async (forge) => respell(await forge.token()),
    ]),
  ),
];

/** @returns the same bytes, in a spelling whose last character has a spare bit set */
function nextSpelling(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return part.slice(0, -1) + alphabet.charAt(alphabet.indexOf(part.slice(-1)) + 1);
}

/** RFC 7515, 7.2, and RFC 7516: the same signature or content in another wrapping. */
export const wrappings: readonly Forgery[] = invalid(
  [
    'the flattened JSON serialisation',
    async (forge) => {
      const [header, payload, signature] = await forge.parts();
      return json({ protected: header, payload, signature });
    },
  ],
  [
    'the general JSON serialisation',
    async (forge) => {
      const [header, payload, signature] = await forge.parts();
      return json({ payload, signatures: [{ protected: header, signature }] });
    },
  ],
  [
    'the JSON serialisation in base64url',
    async (forge) => {
      const [header, payload, signature] = await forge.parts();
      return base64url(json({ protected: header, payload, signature }));
    },
  ],
  [
    'a JSON serialisation in place of the header',
    async (forge) => {
      const [header, payload, signature] = await forge.parts();
      return `${base64url(json({ protected: header, payload, signature }))}.${payload}.${signature}`;
    },
  ],
  [
    'an encrypted token: anybody can make one by the public key',
    async (forge) => encrypted(forge, json(forge.claims), {}),
  ],
  [
    'an encrypted token with a right one in it',
    async (forge) => encrypted(forge, await forge.token(), { cty: 'JWT' }),
  ],
  ['a detached payload', async (forge) => (await forge.token()).replace(/\.[^.]+\./, '..')],
  ['an opaque token', () => 'a3f5c2d19b8e47f6a1d0'],
  ['a secret key of Clerk’s', () => 'sk_test_0123456789abcdef'],
  ['an OAuth token of Clerk’s', () => 'oat_0123456789abcdef'],
  ['an API key of Clerk’s', () => 'ak_0123456789abcdef'],
  ['a machine’s token of Clerk’s', () => 'mt_0123456789abcdef'],
  ['three letters with dots', () => 'a.b.c'],
  ['dots alone', () => '..'],
  ['null', () => 'null'],
  ['undefined', () => 'undefined'],
  ['what JavaScript makes of an object', () => '[object'],
);

async function encrypted(forge: Forge, content: string, header: object): Promise<string> {
  const key = await importSPKI(forge.trusted.pem, 'RSA-OAEP-256');
  return new CompactEncrypt(Buffer.from(content))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: forge.trusted.kid, ...header })
    .encrypt(key);
}

const tooLarge = { status: 431, code: 'validation_failed' } as const;

/**
 * Lengths beyond the limit of Node's HTTP server (16 KiB of headers), which the service must
 * handle.
 */
export const sizes: readonly Forgery[] = [
  ...invalid(
    ['10,000 dots', () => '.'.repeat(10_000)],
    ['10,000 letters', () => 'A'.repeat(10_000)],
    ['5,000 parts', () => 'A.'.repeat(5_000)],
    ['a header of 10,000 letters', () => `${'A'.repeat(10_000)}.AAAA.AAAA`],
    [
      'a signature of 10,000 letters',
      async (forge) => `${await forge.token()}${'A'.repeat(10_000)}`,
    ],
  ),
  ...invalid(
    ['a megabyte of dots', () => '.'.repeat(1_000_000)],
    ['a megabyte of letters', () => 'A'.repeat(1_000_000)],
    ['a header of a megabyte', () => `${'A'.repeat(1_000_000)}.AAAA.AAAA`],
    ['a payload of a megabyte', () => `AAAA.${'A'.repeat(1_000_000)}.AAAA`],
    [
      'a signature of a megabyte',
      async (forge) => `${await forge.token()}${'A'.repeat(1_000_000)}`,
    ],
    [
      'a megabyte of claims by the forger',
      (forge) => forge.withClaims({ x: 'x'.repeat(750_000) }, forge.attacker.privateKey),
    ],
    ['a megabyte of padding', async (forge) => `${await forge.token()}${'='.repeat(1_000_000)}`],
    ['a megabyte of hyphens and one sign more', () => `${'-'.repeat(1_000_000)}!`],
  ).map((forgery) => ({ ...forgery, http: tooLarge })),
];
