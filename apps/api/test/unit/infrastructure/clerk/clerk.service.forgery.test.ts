import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationError } from '../../../../src/core/auth/auth.errors.js';
import { PemSigningKeys } from '../../../../src/infrastructure/clerk/pem-signing-keys.js';
import { aJws, jsonPart, partsOf, signText } from '../../../support/jws.js';
import {
  KnownKeys,
  now,
  rightClaims,
  rightHeader,
  TokenBench,
} from '../../../support/session-tokens.js';
import { aSigningKey, type SigningKey } from '../../../support/signing-key.js';

let bench: TokenBench;
let attacker: SigningKey;

beforeAll(async () => {
  [bench, attacker] = await Promise.all([TokenBench.make(), aSigningKey('ins_attacker')]);
});

async function expectInvalid(token: string): Promise<void> {
  await expect(bench.service.verify(token)).rejects.toMatchObject({
    name: 'AuthenticationError',
    code: 'token_invalid',
  });
}

const headerWith = (changes: object): object => ({ ...rightHeader('ins_trusted'), ...changes });

describe('algorithms: RS256 and no other', () => {
  it('refuses none, without and with a signature, and asks for no key', async () => {
    const asked = bench.keys.asked.length;
    const unsigned = `${jsonPart(headerWith({ alg: 'none' }))}.${jsonPart(rightClaims)}`;
    await expectInvalid(`${unsigned}.`);
    await expectInvalid(`${unsigned}.AAAA`);
    await expectInvalid(await bench.token({ header: { alg: 'none' } }));
    expect(bench.keys.asked).toHaveLength(asked);
  });

  it('refuses HS256 with the public key as the secret', async () => {
    const input = `${jsonPart(headerWith({ alg: 'HS256' }))}.${jsonPart(rightClaims)}`;
    for (const secret of [bench.key.pem, bench.key.pem.trim(), String(bench.key.jwk.n)]) {
      await expectInvalid(
        `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`,
      );
    }
  });

  it.each(['ES256', 'PS256'])('refuses %s, even of a key that is trusted for it', async (alg) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const service = bench.serviceOn(new KnownKeys(new Map([['ins_trusted', publicKey]])));
    const token = await aJws(privateKey, headerWith({ alg }), rightClaims);
    await expect(service.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it.each(['RS384', 'RS512', 'rs256', '', null, 7, undefined, ['RS256']])(
    'refuses %j',
    async (alg) => {
      await expectInvalid(await bench.token({ header: { alg } }));
    },
  );
});

describe('the signature', () => {
  it('must be the trusted key’s', async () => {
    await expectInvalid(await bench.token({}, attacker.privateKey));
  });

  it('must be over this payload and this header', async () => {
    const [header, payload, signature] = partsOf(await bench.token());
    const otherPayload = jsonPart({ ...rightClaims, sub: 'user_victim' });
    const otherHeader = jsonPart(headerWith({ x: 1 }));
    await expectInvalid(`${header}.${otherPayload}.${signature}`);
    await expectInvalid(`${otherHeader}.${payload}.${signature}`);
  });

  it('comes before the claims: a forged token learns nothing about them', async () => {
    for (const claims of [{ exp: now - 999 }, { nbf: now + 999 }, { sts: 'pending' }]) {
      await expectInvalid(await bench.token({ claims }, attacker.privateKey));
    }
  });

  it('is not by a key that the token brings itself', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end(JSON.stringify({ keys: [attacker.jwk] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    for (const kid of ['ins_trusted', 'ins_attacker', undefined]) {
      for (const embedded of [
        { jwk: attacker.jwk },
        { jku: url },
        { x5u: url },
        { x5c: ['AAAA'] },
      ]) {
        await expectInvalid(
          await bench.token({ header: { kid, ...embedded } }, attacker.privateKey),
        );
      }
    }
    expect(requests).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the form: three parts of base64url, one spelling of each token', () => {
  let right: string;
  beforeAll(async () => {
    right = await bench.token();
  });

  it.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['one part', (token) => partsOf(token)[0]],
    ['two parts', (token) => partsOf(token).slice(0, 2).join('.')],
    ['four parts', (token) => `${token}.AAAA`],
    ['five parts, as an encrypted token', (token) => `${token}.AAAA.AAAA`],
    ['an empty header', (token) => `.${partsOf(token).slice(1).join('.')}`],
    ['an empty payload', (token) => `${partsOf(token)[0]}..${partsOf(token)[2]}`],
    ['an empty signature', (token) => `${partsOf(token).slice(0, 2).join('.')}.`],
    ['padding', (token) => `${token}==`],
    ['space before', (token) => ` ${token}`],
    ['space after', (token) => `${token} `],
    ['a line break after', (token) => `${token}\n`],
    ['a line break within', (token) => `${token.slice(0, -4)}\n${token.slice(-4)}`],
    ['space within', (token) => `${token.slice(0, -4)} ${token.slice(-4)}`],
    ['plain base64', (token) => `${token.slice(0, -4)}+/+/`],
    ['a signature cut by one character', (token) => token.slice(0, -1)],
    ['a signature with one character more', (token) => `${token}A`],
    ['a letter outside ASCII', (token) => `${token.slice(0, -1)}é`],
    ['a megabyte of nothing', () => `${'A'.repeat(1_000_000)}.AAAA.AAAA`],
    ['a megabyte of dots', () => '.'.repeat(1_000_000)],
  ])('refuses %s', async (_what, change) => {
    const startedAt = performance.now();
    await expectInvalid(change(right));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('refuses plain base64 of the right bytes', async () => {
    // Some tokens have neither of the two characters: sign until one has.
    for (let turn = 0; ; turn += 1) {
      const token = await bench.token({ claims: { turn } });
      const [header, payload, signature] = partsOf(token);
      if (!/[-_]/.test(signature)) continue;
      const plain = signature.replaceAll('-', '+').replaceAll('_', '/');
      await expectInvalid(`${header}.${payload}.${plain}`);
      return;
    }
  });

  it('refuses the right signature with its spare bits set', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 256 bytes are 342 characters: the last one has 4 bits that say nothing.
    const last = alphabet.indexOf(right.slice(-1));
    const twin = alphabet.charAt(last + 1);
    const signatureOf = (token: string): Buffer => Buffer.from(partsOf(token)[2], 'base64url');
    const other = `${right.slice(0, -1)}${twin}`;
    expect(signatureOf(other)).toEqual(signatureOf(right));
    await expectInvalid(other);
  });

  it.each([
    ['a list', '[]'],
    ['a text', '"user"'],
    ['a number', '7'],
    ['null', 'null'],
    ['no JSON', '{"sub":'],
    ['nothing but space', ' '],
  ])('refuses a payload that is %s', async (_what, payload) => {
    const input = `${jsonPart(rightHeader('ins_trusted'))}.${Buffer.from(payload).toString('base64url')}`;
    await expectInvalid(await signText(bench.key.privateKey, input));
  });

  it('refuses a payload that is not UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(JSON.stringify({ ...rightClaims, name: 'X' }).slice(0, -2)),
      Buffer.from([0xff, 0x22, 0x7d]),
    ]);
    const input = `${jsonPart(rightHeader('ins_trusted'))}.${bytes.toString('base64url')}`;
    await expectInvalid(await signText(bench.key.privateKey, input));
  });

  it.each<[string, (part: string) => string]>([
    ['padding', (part) => `${part}==`],
    ['space', (part) => `${part} `],
    ['a line break', (part) => `${part.slice(0, 8)}\n${part.slice(8)}`],
    ['plain base64', (part) => Buffer.from(part, 'base64url').toString('base64')],
  ])('refuses %s in a part that is rightly signed', async (_what, change) => {
    const header = jsonPart(rightHeader('ins_trusted'));
    // Of a length that plain base64 pads.
    const claims = [0, 1, 2].map((length) => jsonPart({ ...rightClaims, x: 'x'.repeat(length) }));
    const payload = claims.find((part) => part.length % 4 !== 0) ?? '';
    await expectInvalid(await signText(bench.key.privateKey, `${header}.${change(payload)}`));
  });

  it.each(['[]', '7', '{', 'null'])('refuses the header %s', async (header) => {
    const input = `${Buffer.from(header).toString('base64url')}.${jsonPart(rightClaims)}`;
    await expectInvalid(await signText(bench.key.privateKey, input));
  });

  it('refuses whatever differs from a right token in any character, as no bug of ours', async () => {
    const character = fc.constantFrom(
      'A',
      'B',
      'z',
      '0',
      '9',
      '-',
      '_',
      '.',
      '=',
      ' ',
      '\n',
      '\0',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(right.length - 1), character, async (at, other) => {
        const token = right.slice(0, at) + other + right.slice(at + 1);
        fc.pre(token !== right);
        await expect(bench.service.verify(token)).rejects.toBeInstanceOf(AuthenticationError);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses any signed header and payload that are not a session token’s, as no bug of ours', async () => {
    const part = fc.dictionary(
      fc.constantFrom('kid', 'typ', 'cat', 'crit', 'b64', 'sub', 'sid', 'exp', 'iat', 'nbf', 'iss'),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(part, part, async (header, claims) => {
        const input = { alg: 'RS256', kid: 'ins_trusted', ...header };
        const token = await aJws(bench.key.privateKey, input, claims);
        await expect(bench.service.verify(token)).rejects.toBeInstanceOf(AuthenticationError);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what a refusal says', () => {
  it('is nothing of the token', async () => {
    const token = await bench.token({
      claims: { email: 'ada@people.example', azp: 'https://e.x' },
    });
    const refusal: unknown = await bench.service.verify(token).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AuthenticationError);
    const { message } = refusal as AuthenticationError;
    for (const secret of [...partsOf(token), 'ada@people.example', 'user_', 'e.x']) {
      expect(message).not.toContain(secret);
    }
  });
});

describe('with the key of CLERK_JWT_KEY', () => {
  it('verifies by that key alone, whatever the kid, without asking anybody', async () => {
    const service = bench.serviceOn(new PemSigningKeys(bench.key.pem));
    for (const kid of ['ins_trusted', 'ins_other', undefined]) {
      const token = await bench.token({ header: { kid } });
      await expect(service.verify(token)).resolves.toMatchObject({ clerkId: rightClaims['sub'] });
      const forged = await bench.token({ header: { kid } }, attacker.privateKey);
      await expect(service.verify(forged)).rejects.toMatchObject({ code: 'token_invalid' });
    }
  });

  it('refuses HS256 with the PEM as the secret', async () => {
    const service = bench.serviceOn(new PemSigningKeys(bench.key.pem));
    const input = `${jsonPart(headerWith({ alg: 'HS256' }))}.${jsonPart(rightClaims)}`;
    const signature = createHmac('sha256', bench.key.pem).update(input).digest('base64url');
    await expect(service.verify(`${input}.${signature}`)).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });
});
