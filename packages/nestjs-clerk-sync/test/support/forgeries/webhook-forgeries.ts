import { createHash, createHmac, generateKeyPairSync, sign as signEd25519 } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { clerkUserJson } from '@populatte/clerk-stub';
import type { ClerkUser } from '../clerk-users.js';
import { anEvent, signature, signingSecret } from '../signed-webhook.js';

/** A delivery as it is sent; an array sends a header several times. */
export interface Sent {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Parameters of deliveries: the user, the time of sending, and the version of the profile. */
export interface Occasion {
  readonly victim: ClerkUser;
  /** Seconds since the epoch. */
  readonly now: number;
  /** Milliseconds since the epoch; later than anything stored. */
  readonly version: number;
}

/** A delivery that must be refused and change nothing. */
export interface WebhookForgery {
  readonly name: string;
  readonly make: (occasion: Occasion) => Sent;
  /**
   * `only`: applies to HTTP alone; `never`: the running clock, or HTTP itself, would change it.
   */
  readonly http?: 'only' | 'never';
}

const id = 'msg_2b6EX4MP1E';
const otherSecret = `whsec_${Buffer.from('the secret of another endpoint').toString('base64')}`;

type Headers = Sent['headers'];

/** An update that would be stored if it were accepted. */
const anUpdate = ({ victim, version }: Occasion): string =>
  anEvent('user.updated', clerkUserJson({ ...victim, email: 'forged@people.example' }, version));

/** Correctly signed except for the changes. */
function delivery(
  body: string | Uint8Array,
  { now }: Occasion,
  changes: (right: string) => Headers = () => ({}),
): Sent {
  const bytes = Buffer.from(body);
  const right = signature(signingSecret, id, now, bytes);
  return {
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(now),
      'svix-signature': right,
      ...changes(right),
    },
  };
}

/** A valid delivery. */
export function rightDelivery(occasion: Occasion): Sent {
  return delivery(anUpdate(occasion), occasion);
}

type Row<Make> = readonly [name: string, make: Make];

function headers(
  ...rows: readonly Row<(right: string, occasion: Occasion) => Headers>[]
): WebhookForgery[] {
  return rows.map(([name, make]) => ({
    name,
    make: (occasion) => delivery(anUpdate(occasion), occasion, (right) => make(right, occasion)),
  }));
}

/** Other values of the signature's header. */
const signed = (
  ...rows: readonly Row<(right: string, occasion: Occasion) => string>[]
): WebhookForgery[] =>
  headers(
    ...rows.map(
      ([name, make]) =>
        [name, (right: string, o: Occasion) => ({ 'svix-signature': make(right, o) })] as const,
    ),
  );

const wrong = `v1,${Buffer.alloc(32).toString('base64')}`;
const plain = (right: string): string => right.slice('v1,'.length);

/** HMAC over the same input, with a different hash or key derivation. */
const hmac = (hash: string, key: string | Buffer, occasion: Occasion): string =>
  `v1,${createHmac(hash, key)
    .update(`${id}.${occasion.now}.${anUpdate(occasion)}`)
    .digest('base64')}`;

const secretBytes = Buffer.from(signingSecret.slice('whsec_'.length), 'base64');

const signatures = signed(
  ['no right signature', () => wrong],
  [
    'the signature of another secret',
    (_right, o) => signature(otherSecret, id, o.now, anUpdate(o)),
  ],
  ['the signature of an empty secret', (_right, o) => signature('whsec_', id, o.now, anUpdate(o))],
  ['the signature of the secret’s text', (_right, o) => hmac('sha256', signingSecret, o)],
  [
    'the signature of the secret’s base64',
    (_right, o) => hmac('sha256', signingSecret.slice(6), o),
  ],
  ['a signature of SHA-1', (_right, o) => hmac('sha1', secretBytes, o)],
  ['a signature of SHA-512', (_right, o) => hmac('sha512', secretBytes, o)],
  [
    'a digest without a key',
    (_right, o) => `v1,${createHash('sha256').update(anUpdate(o)).digest('base64')}`,
  ],
  [
    'the signature of another id',
    (_right, o) => signature(signingSecret, 'msg_other', o.now, anUpdate(o)),
  ],
  [
    'the signature of another time',
    (_right, o) => signature(signingSecret, id, o.now - 1, anUpdate(o)),
  ],
  ['the signature of another body', (_right, o) => signature(signingSecret, id, o.now, '{}')],
  [
    'the signature of the body alone',
    (_right, o) => `v1,${createHmac('sha256', secretBytes).update(anUpdate(o)).digest('base64')}`,
  ],
  [
    'the signature over the same JSON in other words',
    (_right, o) =>
      signature(signingSecret, id, o.now, JSON.stringify(JSON.parse(anUpdate(o)), null, 1)),
  ],
  ['version v1a', (right) => right.replace('v1,', 'v1a,')],
  [
    'an asymmetric signature of the forger’s, as v1a',
    (_right, o) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      return `v1a,${signEd25519(null, Buffer.from(`${id}.${o.now}.${anUpdate(o)}`), privateKey).toString('base64')}`;
    },
  ],
  ['version v2', (right) => right.replace('v1,', 'v2,')],
  ['version v0', (right) => right.replace('v1,', 'v0,')],
  ['version V1', (right) => right.replace('v1,', 'V1,')],
  ['version 1', (right) => right.replace('v1,', '1,')],
  ['no version', plain],
  ['an empty version', (right) => right.replace('v1,', ',')],
  ['a version alone', () => 'v1'],
  ['a version and nothing', () => 'v1,'],
  ['versions and nothing', () => 'v1, v1, v1,'],
  ['commas alone', () => ',,,, ,,, ,'],
  ['the word undefined', () => 'v1,undefined'],
  ['an equals sign for the comma', (right) => right.replace('v1,', 'v1=')],
  ['a comma and a space', (right) => right.replace('v1,', 'v1, ')],
  ['a signature without its last character', (right) => right.slice(0, -1)],
  ['a signature without its padding', (right) => right.replace(/=+$/, '')],
  ['half a signature', (right) => right.slice(0, 20)],
  ['a signature and more', (right) => `${right}AA`],
  [
    'a signature in base64url',
    (right) => `v1,${plain(right).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.`,
  ],
  [
    'a signature in hexadecimal',
    (right) => `v1,${Buffer.from(plain(right), 'base64').toString('hex')}`,
  ],
  ['a signature in capitals', (right) => right.toUpperCase()],
  ['a signature in quotes', (right) => `"${right}"`],
  ['a right signature behind a comma', (right) => `v1,x,${plain(right)}`],
  ['signatures without space between', (right) => `${wrong};${right}`],
  ['a thousand wrong signatures', () => Array.from({ length: 200 }, () => wrong).join(' ')],
);

const names = ['svix-id', 'svix-timestamp', 'svix-signature'] as const;

const headerForms: readonly WebhookForgery[] = [
  ...names.flatMap((name) =>
    headers(
      [`no ${name}`, () => ({ [name]: undefined })],
      [`an empty ${name}`, () => ({ [name]: '' })],
      [`a ${name} of space`, () => ({ [name]: ' \t ' })],
      [`a ${name} that is null in text`, () => ({ [name]: 'null' })],
      [`a ${name} of 4,000 characters`, () => ({ [name]: '7'.repeat(4_000) })],
    ),
  ),
  ...headers(
    ['none of the headers', () => Object.fromEntries(names.map((name) => [name, undefined]))],
    [
      'the headers by the specification’s names alone',
      (right, { now }) => ({
        ...Object.fromEntries(names.map((name) => [name, undefined])),
        'webhook-id': id,
        'webhook-timestamp': String(now),
        'webhook-signature': right,
      }),
    ],
    ['another id than was signed', () => ({ 'svix-id': 'msg_other' })],
    ['an id in capitals', () => ({ 'svix-id': id.toUpperCase() })],
    ['an id that takes the time along', (_right, { now }) => ({ 'svix-id': `${id}.${now}` })],
    [
      'a time a second later than was signed',
      (_right, { now }) => ({ 'svix-timestamp': String(now + 1) }),
    ],
    ['a time with junk', (_right, { now }) => ({ 'svix-timestamp': `${now}x` })],
    ['a time with a fraction', (_right, { now }) => ({ 'svix-timestamp': `${now}.0` })],
    ['a time with a plus', (_right, { now }) => ({ 'svix-timestamp': `+${now}` })],
    ['a time with an exponent', (_right, { now }) => ({ 'svix-timestamp': `${now}e0` })],
    ['a time in hexadecimal', (_right, { now }) => ({ 'svix-timestamp': `0x${now.toString(16)}` })],
    ['a time with a comma', (_right, { now }) => ({ 'svix-timestamp': `${now},${now}` })],
    ['a time with an underscore', (_right, { now }) => ({ 'svix-timestamp': `1_${now}` })],
    ['a time that is negative', (_right, { now }) => ({ 'svix-timestamp': `-${now}` })],
    [
      'a time that is a date',
      (_right, { now }) => ({ 'svix-timestamp': new Date(now * 1000).toISOString() }),
    ],
    ['a time that is NaN', () => ({ 'svix-timestamp': 'NaN' })],
    ['a time that is Infinity', () => ({ 'svix-timestamp': 'Infinity' })],
    [
      'a time of other digits',
      (_right, { now }) => ({ 'svix-timestamp': Array.from(String(now)).join(' ') }),
    ],
  ),
  ...names.map((name): WebhookForgery => ({
    name: `${name} twice, both right`,
    http: 'only',
    make: (occasion) => {
      const sent = rightDelivery(occasion);
      const value = sent.headers[name];
      const doubled = typeof value === 'string' ? [value, value] : undefined;
      return { ...sent, headers: { ...sent.headers, [name]: doubled } };
    },
  })),
  ...names.map((name): WebhookForgery => ({
    name: `${name} twice, the first of them right`,
    http: 'only',
    make: (occasion) => {
      const sent = rightDelivery(occasion);
      const value = sent.headers[name];
      const doubled = typeof value === 'string' ? [value, 'x'] : undefined;
      return { ...sent, headers: { ...sent.headers, [name]: doubled } };
    },
  })),
];

/** 5 minutes in either direction; all correctly signed. */
const sendingTimes: readonly WebhookForgery[] = (
  [
    ['301 s ago', -301],
    ['301 s ahead', 301, 'never'],
    ['310 s ahead', 310],
    ['an hour ago, as one that is replayed', -3_600],
    ['a day ahead', 86_400],
    ['at the epoch', null],
  ] as const
).map(([name, offset, http]) => ({
  name: `sent ${name}`,
  make: (occasion) => {
    const at = offset === null ? 0 : occasion.now + offset;
    return delivery(anUpdate(occasion), { ...occasion, now: at });
  },
  ...(http && { http }),
}));

type Body = string | Uint8Array;

function bodies(...rows: readonly Row<(occasion: Occasion) => Body>[]): WebhookForgery[] {
  return rows.map(([name, make]) => ({
    name: `a body that is ${name}, with a valid signature`,
    make: (occasion) => delivery(make(occasion), occasion),
  }));
}

/** The event's user, valid except for these changes. */
const withUser =
  (change: Readonly<Record<string, unknown>>) =>
  (occasion: Occasion): string =>
    anEvent('user.updated', clerkUserJson(occasion.victim, occasion.version, change));

const genuine: readonly WebhookForgery[] = [
  ...bodies(
    ['nothing', () => ''],
    ['space', () => ' '],
    ['null', () => 'null'],
    ['a number', () => '7'],
    ['true', () => 'true'],
    ['text', () => '"user.updated"'],
    ['a list', () => '[]'],
    ['a list of a right event', (o) => `[${anUpdate(o)}]`],
    ['an empty object', () => '{}'],
    ['a form', () => 'type=user.updated&data=x'],
    ['XML', () => '<event/>'],
    ['JSON that breaks off', (o) => anUpdate(o).slice(0, -1)],
    ['JSON with something after it', (o) => `${anUpdate(o)}x`],
    ['two events', (o) => `${anUpdate(o)}\n${anUpdate(o)}`],
    ['JSON with a comma too many', (o) => anUpdate(o).replace(/\}$/, ',}')],
    ['JSON with a comment', (o) => `/**/${anUpdate(o)}`],
    ['JSON with NUL after it', (o) => `${anUpdate(o)}\0`],
    ['JSON after a byte order mark', (o) => `\ufeff${anUpdate(o)}`],
    ['UTF-16', (o) => Buffer.from(anUpdate(o), 'utf16le')],
    ['Latin-1', (o) => Buffer.from(anUpdate(o).replace('forged', 'forg\u00e9d'), 'latin1')],
    [
      'half a surrogate pair in UTF-8',
      (o) => Buffer.from(anUpdate(o).replace('forged', '\xed\xa0\xbd'), 'latin1'),
    ],
    ['compressed', (o) => gzipSync(anUpdate(o))],
    ['lists in lists, 100,000 deep', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['lists in lists that are never closed', () => '['.repeat(200_000)],
    ['objects in objects that are never closed', () => '{"data":'.repeat(30_000)],
    ['an event without a type', (o) => anUpdate(o).replace('"type"', '"kind"')],
    ['an event whose type is not text', (o) => anUpdate(o).replace('"user.updated"', '7')],
    [
      'an event of a type in a list',
      (o) => anUpdate(o).replace('"user.updated"', '["user.updated"]'),
    ],
    [
      'an event twice, where the last type is not text',
      (o) => anUpdate(o).replace(/\}$/, ',"type":7}'),
    ],
    ['an event without data', () => '{"type":"user.updated"}'],
    ['an event whose fields stand in __proto__', (o) => `{"__proto__":${anUpdate(o)}}`],
    [
      'an event whose user stands in __proto__',
      (o) =>
        anEvent('user.updated', null).replace(
          'null',
          `{"__proto__":${JSON.stringify(clerkUserJson(o.victim, o.version))}}`,
        ),
    ],
    ['an update of nobody', () => anEvent('user.updated', null)],
    ['an update of a list', () => anEvent('user.updated', [])],
    ['an update of an id alone', ({ victim }) => anEvent('user.updated', { id: victim.clerkId })],
    ['a deletion of nobody', () => anEvent('user.deleted', null)],
    ['a deletion without an id', () => anEvent('user.deleted', { object: 'user', deleted: true })],
    ['a deletion of all', () => anEvent('user.deleted', { id: '*'.repeat(300), deleted: true })],
    [
      'a deletion of a list',
      ({ victim }) => anEvent('user.deleted', { id: [victim.clerkId], deleted: true }),
    ],
    ['a deletion by SQL', () => anEvent('user.deleted', { id: "' or ''='", deleted: true })],
  ),
  ...bodies(
    ...(
      [
        ['missing', undefined],
        ['null', null],
        ['empty', ''],
        ['a number', 7],
        ['a list', ['user_1']],
        ['an object', {}],
        ['space', ' '],
        ['with NUL', 'user_\0'],
        ['with space after', 'user_1 '],
        ['with a line break', 'user_1\n'],
        ['of other scripts', 'usеr_1'],
        ['of 256 characters', 'u'.repeat(256)],
      ] as const
    ).map(
      ([word, value]) => [`an update of an id that is ${word}`, withUser({ id: value })] as const,
    ),
    ...(
      [
        ['missing', undefined],
        ['null', null],
        ['empty', ''],
        ['a word', 'yesterday'],
        ['a number in text', '1767225600000'],
        ['zero', 0],
        ['negative', -1],
        ['true', true],
        ['a list', [1]],
      ] as const
    ).map(
      ([word, value]) =>
        [`an update at a time that is ${word}`, withUser({ updated_at: value })] as const,
    ),
    ['an update with addresses that are text', withUser({ email_addresses: 'a@people.example' })],
    ['an update with addresses that are numbers', withUser({ email_addresses: [7] })],
    ['an update with addresses in an object', withUser({ email_addresses: { 0: {} } })],
  ),
];

/** The signed body differs from the body that arrives. */
const changedOnTheWay: readonly WebhookForgery[] = (
  [
    ['a letter changed', (text) => text.replace('forged', 'Forged')],
    ['a space more', (text) => `${text} `],
    ['a line break more', (text) => `${text}\n`],
    ['other words for the same JSON', (text) => JSON.stringify(JSON.parse(text), null, 1)],
    [
      'its fields in another order',
      (text) => {
        const parsed: unknown = JSON.parse(text);
        const fields = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
        return JSON.stringify(Object.fromEntries(fields.reverse()));
      },
    ],
    ['a letter escaped', (text) => text.replace('forged', '\\u0066orged')],
    ['nothing', () => ''],
    ['a deletion in its place', () => anEvent('user.deleted', { id: 'user_1', deleted: true })],
  ] as const satisfies readonly Row<(text: string) => string>[]
).map(([name, change]) => ({
  name: `changed on the way: ${name}`,
  make: (occasion) => {
    const sent = rightDelivery(occasion);
    return { ...sent, body: Buffer.from(change(sent.body.toString())) };
  },
}));

/** Every forged webhook of the tests, by the forged part. */
export const webhookForgeries: readonly (readonly [
  group: string,
  forgeries: readonly WebhookForgery[],
])[] = [
  ['the signature', signatures],
  ['the headers', headerForms],
  ['the time of sending', sendingTimes],
  ['the bytes', changedOnTheWay],
  ['the body', genuine],
];
