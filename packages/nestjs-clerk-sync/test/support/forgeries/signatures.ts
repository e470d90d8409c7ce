import { createHash } from 'node:crypto';
import { base64url, sign, type Forge } from './forge.js';
import { invalid, type Forgery } from './forgery.js';
import { jsonPart, partsOf } from '../jws.js';

const modulus = ({ trusted }: Forge): bigint =>
  BigInt(`0x${Buffer.from(String(trusted.jwk.n), 'base64url').toString('hex')}`);

/** A number in this many bytes. */
const bytes = (number: bigint, length: number): Buffer =>
  Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');

const respelled =
  (change: (signature: Buffer, forge: Forge) => Uint8Array) =>
  async (forge: Forge): Promise<string> => {
    const [header, payload, signature] = await forge.parts();
    return `${header}.${payload}.${base64url(change(Buffer.from(signature, 'base64url'), forge))}`;
  };

/** The signature must be the trusted key's, complete, and over this header and payload. */
export const signatures: readonly Forgery[] = invalid(
  ['the forger’s signature', (forge) => forge.withHeader({}, forge.attacker.privateKey)],
  ['no signature', async (forge) => `${(await forge.parts()).slice(0, 2).join('.')}.`],
  ['a signature cut by a byte', respelled((signature) => signature.subarray(0, -1))],
  ['a signature cut in half', respelled((signature) => signature.subarray(0, 128))],
  ['a signature cut by a character', async (forge) => (await forge.token()).slice(0, -1)],
  [
    'a signature with a byte more',
    respelled((signature) => Buffer.concat([signature, Buffer.of(0)])),
  ],
  [
    'a signature with a byte before',
    respelled((signature) => Buffer.concat([Buffer.of(0), signature])),
  ],
  ['a signature twice', respelled((signature) => Buffer.concat([signature, signature]))],
  ['a signature from behind', respelled((signature) => Buffer.from(signature).reverse())],
  ['a signature with one bit changed', respelled((signature) => flipped(signature))],
  ['a signature of zero', respelled(() => Buffer.alloc(256))],
  ['a signature of one', respelled(() => bytes(1n, 256))],
  ['a signature of ones', respelled(() => Buffer.alloc(256, 0xff))],
  ['a signature of the modulus', respelled((_signature, forge) => bytes(modulus(forge), 256))],
  [
    'a signature of the modulus less one',
    respelled((_signature, forge) => bytes(modulus(forge) - 1n, 256)),
  ],
  [
    'a signature with the modulus added',
    respelled((signature, forge) =>
      bytes(BigInt(`0x${signature.toString('hex')}`) + modulus(forge), 257),
    ),
  ],
  [
    'the digest in place of the signature',
    (forge) => `${forge.input()}.${createHash('sha256').update(forge.input()).digest('base64url')}`,
  ],
  [
    'the payload in place of the signature',
    (forge) => `${forge.input()}.${jsonPart(forge.claims)}`,
  ],
  [
    'another token’s signature',
    async (forge) => `${forge.input()}.${partsOf(await forge.withClaims({ jti: 'other' }))[2]}`,
  ],
  [
    'another payload under a right signature',
    async (forge) => {
      const [header, , signature] = await forge.parts();
      return `${header}.${jsonPart({ ...forge.claims, sub: 'user_victim' })}.${signature}`;
    },
  ],
  [
    'another header under a right signature',
    async (forge) => `${forge.input({ x: 1 })}.${(await forge.parts())[2]}`,
  ],
  [
    'an expired token with a later payload',
    async (forge) => {
      const [header, , signature] = partsOf(await forge.withClaims({ exp: forge.now - 60 }));
      return `${header}.${jsonPart(forge.claims)}.${signature}`;
    },
  ],
  [
    'header and payload in each other’s place',
    async (forge) => {
      const [header, payload, signature] = await forge.parts();
      return `${payload}.${header}.${signature}`;
    },
  ],
  ['a signature over the payload alone', (forge) => overOther(forge, jsonPart(forge.claims))],
  ['a signature over the header alone', (forge) => overOther(forge, jsonPart(forge.header))],
  [
    'a signature over the decoded parts',
    (forge) => overOther(forge, `${JSON.stringify(forge.header)}.${JSON.stringify(forge.claims)}`),
  ],
  ['a signature over nothing', (forge) => overOther(forge, '')],
  ['a signature over a line break more', (forge) => overOther(forge, `${forge.input()}\n`)],
  ['a forged token that has expired', (forge) => byAttacker(forge, { exp: forge.now - 99 })],
  ['a forged token that is not active', (forge) => byAttacker(forge, { nbf: forge.now + 99 })],
  ['a forged token that is pending', (forge) => byAttacker(forge, { sts: 'pending' })],
);

function flipped(signature: Buffer): Buffer {
  const other = Buffer.from(signature);
  other.writeUInt8(other.readUInt8(100) ^ 1, 100);
  return other;
}

/** The trusted key has signed different content. */
async function overOther(forge: Forge, signed: string): Promise<string> {
  const token = await sign(signed, forge.trusted.privateKey);
  return `${forge.input()}.${token.slice(token.lastIndexOf('.') + 1)}`;
}

/**
 * The signature is checked before the claims, so a forged token reveals nothing about those checks.
 */
function byAttacker(forge: Forge, claims: object): Promise<string> {
  return forge.withClaims({ ...claims }, forge.attacker.privateKey);
}
