import type { Forge } from './forge.js';
import { noText, values, type Forgery, type RefusalCode } from './forgery.js';

type Time = readonly [what: string, value: (now: number) => number, http?: 'never'];

function times(claim: string, code: RefusalCode, rows: readonly Time[]): Forgery[] {
  return rows.map(([what, value, http]) => ({
    name: `${claim} ${what}`,
    code,
    make: (forge) => forge.withClaims({ [claim]: value(forge.now) }),
    ...(http && { http }),
  }));
}

/** JSON has no such numbers, and a lax parser's result is not a number either. */
const noNumber = [
  ...noText.filter(([word]) => word !== 'a number'),
  ['text', '9999999999'],
  ['empty text', ''],
  ['NaN in text', 'NaN'],
  ['Infinity in text', 'Infinity'],
  ['a date', '2099-01-01T00:00:00Z'],
  ['in a list', [9_999_999_999]],
] as const;

/** The claim's number, written verbatim. */
const literal =
  (claim: string, number: string) =>
  (forge: Forge): Promise<string> =>
    forge.withPayload(
      JSON.stringify({ ...forge.claims, [claim]: 0 }).replace(
        `"${claim}":0`,
        `"${claim}":${number}`,
      ),
    );

function literals(claim: string, code: RefusalCode, numbers: readonly string[]): Forgery[] {
  return numbers.map((number) => ({
    name: `${claim} written ${number}`,
    code,
    make: literal(claim, number),
  }));
}

/**
 * 5 s of leeway, and numbers that are finite. A time in the future may be reached while the HTTP
 * request is in transit.
 */
export const timeClaims: readonly Forgery[] = [
  ...times('exp', 'token_expired', [
    ['5 s ago', (now) => now - 5],
    ['5 s and a fraction ago', (now) => now - 5.001],
    ['6 s ago', (now) => now - 6],
    ['a day ago', (now) => now - 86_400],
    ['at the epoch', () => 0],
    ['before the epoch', () => -1],
    ['ages before the epoch', () => -1e300],
    ['in the time of 32-bit numbers’ overflow', () => -2_147_483_648],
    ['a fraction of a second after the epoch', () => 0.5],
  ]),
  ...times('nbf', 'token_not_active', [
    ['5 s and a fraction ahead', (now) => now + 5.001, 'never'],
    ['6 s ahead', (now) => now + 6, 'never'],
    ['a minute ahead', (now) => now + 60],
    ['in milliseconds', (now) => now * 1000],
    ['at the end of time', () => 1e300],
  ]),
  ...times('iat', 'token_not_active', [
    ['5 s and a fraction ahead', (now) => now + 5.001, 'never'],
    ['6 s ahead', (now) => now + 6, 'never'],
    ['a minute ahead', (now) => now + 60],
    ['in milliseconds', (now) => now * 1000],
    ['at the end of time', () => 1e300],
  ]),
  ...times('iat', 'token_invalid', [
    ['before the epoch', () => -1],
    ['a fraction before the epoch', () => -0.001],
    ['ages before the epoch', () => -1e300],
  ]),
  ...['exp', 'nbf', 'iat'].flatMap((claim) => [
    ...values(claim, noNumber, (forge, value) => forge.withClaims({ [claim]: value })),
    ...literals(claim, 'token_invalid', [
      'NaN',
      'Infinity',
      '-Infinity',
      '01',
      '0x7f',
      '1_000',
      '+1',
    ]),
  ]),
  ...values('exp', [['missing', undefined]], (forge, exp) => forge.withClaims({ exp })),
  ...values('iat', [['missing', undefined]], (forge, iat) => forge.withClaims({ iat })),
  ...literals('exp', 'token_invalid', ['1e999']),
  ...literals('exp', 'token_expired', ['-1e999']),
  ...literals('nbf', 'token_not_active', ['1e999']),
  ...literals('iat', 'token_invalid', ['1e999', '-1e999']),
];
