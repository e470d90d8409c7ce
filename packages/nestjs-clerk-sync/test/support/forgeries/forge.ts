import { exportJWK, importJWK, type CryptoKey } from 'jose';
import type { SigningKey } from '@populatte/clerk-stub';
import { jsonPart, partsOf } from '../jws.js';
import { aClerkUser, type ClerkUser } from '../clerk-users.js';

export type Part = Readonly<Record<string, unknown>>;

/** The verifier that a token is made for, and the key that signs it. */
export interface ForgeOptions {
  /**
   * The instance's own key, which an attacker does not have; it signs tokens that Clerk itself
   * could issue.
   */
  readonly trusted: SigningKey;
  /** The forger's. */
  readonly attacker: SigningKey;
  readonly issuer: string;
  /** An authorised party. */
  readonly origin: string;
  /** Seconds since the epoch at which the token is presented. */
  readonly now: number;
  /** An address that counts requests; there must be none. */
  readonly trapUrl: string;
}

/** Content of a token part other than JSON. */
type Text = string | Uint8Array;

/**
 * Creates valid and forged tokens of one user, with the profile: accepting one would create a row.
 */
export class Forge {
  readonly clerkUser: ClerkUser = aClerkUser();
  readonly header: Part;
  readonly claims: Part;

  constructor(readonly options: ForgeOptions) {
    const { trusted, issuer, origin, now } = options;
    const { clerkId, email, name, imageUrl } = this.clerkUser;
    this.header = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: trusted.kid, typ: 'JWT' };
    this.claims = {
      azp: origin,
      email,
      exp: now + 60,
      fva: [0, -1],
      iat: now,
      imageUrl,
      iss: issuer,
      jti: '2b6EX4MP1E',
      name,
      nbf: now - 10,
      sid: 'sess_2b6EX4MP1E',
      sts: 'active',
      sub: clerkId,
      v: 2,
    };
  }

  get now(): number {
    return this.options.now;
  }

  get trusted(): SigningKey {
    return this.options.trusted;
  }

  get attacker(): SigningKey {
    return this.options.attacker;
  }

  /** A token that is valid except for these claims; `undefined` removes one. */
  withClaims(claims: Part, signer = this.trusted.privateKey): Promise<string> {
    return this.token({}, claims, signer);
  }

  /** A token that is valid except for its header. */
  withHeader(header: Part, signer = this.trusted.privateKey): Promise<string> {
    return this.token(header, {}, signer);
  }

  token(header: Part = {}, claims: Part = {}, signer = this.trusted.privateKey): Promise<string> {
    return sign(
      `${jsonPart({ ...this.header, ...header })}.${jsonPart({ ...this.claims, ...claims })}`,
      signer,
    );
  }

  /** The three parts of a valid token. */
  async parts(): Promise<[header: string, payload: string, signature: string]> {
    return partsOf(await this.token());
  }

  /** The signed part of a valid token, with a different header. */
  input(header: Part = {}): string {
    return `${jsonPart({ ...this.header, ...header })}.${jsonPart(this.claims)}`;
  }

  /** Correctly signed, with an arbitrary payload. */
  withPayload(payload: Text, header: Part = {}): Promise<string> {
    return sign(
      `${jsonPart({ ...this.header, ...header })}.${base64url(payload)}`,
      this.trusted.privateKey,
    );
  }

  /** Correctly signed, with an arbitrary header. */
  withHeaderText(header: Text): Promise<string> {
    return sign(`${base64url(header)}.${jsonPart(this.claims)}`, this.trusted.privateKey);
  }

  /** The trusted key's signature with a different RSA algorithm. */
  async trustedKeyFor(alg: string): Promise<CryptoKey> {
    const { alg: _alg, ...jwk } = await exportJWK(this.trusted.privateKey);
    const key = await importJWK(jwk, alg);
    if (key instanceof Uint8Array) throw new Error('An RSA key is no secret.');
    return key;
  }
}

/** Base64url of text or bytes. */
export function base64url(content: Text): string {
  return Buffer.from(content).toString('base64url');
}

/** Signs the part before a token's second dot with the key's own algorithm. */
export async function sign(input: string, key: CryptoKey): Promise<string> {
  const { name } = key.algorithm;
  // RSA keys include their hash; for elliptic-curve keys, it must be specified.
  const algorithm = { name, hash: 'SHA-256', saltLength: 32 };
  const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}
