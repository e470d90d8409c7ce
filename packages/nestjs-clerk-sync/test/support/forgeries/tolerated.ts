import type { Forge } from './forge.js';

type Oddity = readonly [what: string, make: (forge: Forge) => Promise<string>];

const oddities = (...rows: readonly Oddity[]): readonly Oddity[] => rows;

/** Unusual but correctly signed tokens, which the specifications give no reason to refuse. */
export const tolerated = oddities(
  ['a token', (forge) => forge.token()],
  ['a token without a category', (forge) => forge.withHeader({ cat: undefined })],
  ['the category that does not tell', (forge) => forge.withHeader({ cat: 'cl_I7d4PD111III' })],
  ['a token without a type', (forge) => forge.withHeader({ typ: undefined })],
  ['typ in lower case', (forge) => forge.withHeader({ typ: 'jwt' })],
  ['unknown header fields', (forge) => forge.withHeader({ x: 1, zip: 'DEF' })],
  [
    'an embedded key that it does not need',
    (forge) => forge.withHeader({ jwk: forge.attacker.jwk, jku: forge.options.trapUrl }),
  ],
  ['exp 4.999 s ago', (forge) => forge.withClaims({ exp: forge.now - 4.999 })],
  ['nbf 5 s ahead', (forge) => forge.withClaims({ nbf: forge.now + 5 })],
  ['iat 5 s ahead', (forge) => forge.withClaims({ iat: forge.now + 5 })],
  ['no nbf and no sts', (forge) => forge.withClaims({ nbf: undefined, sts: undefined })],
  [
    'times in fractions',
    (forge) => forge.withClaims({ iat: forge.now - 0.5, exp: forge.now + 0.5 }),
  ],
  ['unknown claims', (forge) => forge.withClaims({ org_id: 'org_1', x: { y: [] } })],
  ['a claim named constructor', (forge) => forge.withClaims({ constructor: 1, toString: 1 })],
  [
    'a claim named __proto__, which changes no other',
    (forge) =>
      forge.withPayload(JSON.stringify(forge.claims).replace('{', '{"__proto__":{"sub":"x"},')),
  ],
  [
    'a claim twice, where the last is right (RFC 7519, 4)',
    (forge) => forge.withPayload(JSON.stringify(forge.claims).replace('{', '{"sub":"user_other",')),
  ],
  [
    'a claim that is 2,000 lists deep',
    (forge) =>
      forge.withPayload(
        JSON.stringify(forge.claims).replace('{', `{"x":${'['.repeat(2_000)}${']'.repeat(2_000)},`),
      ),
  ],
  [
    'space around the JSON',
    (forge) => forge.withPayload(`\r\n\t ${JSON.stringify(forge.claims, null, 2)} \n`),
  ],
  ['letters of every script', (forge) => forge.withClaims({ name: 'Ада 艾達 🦄' })],
);
