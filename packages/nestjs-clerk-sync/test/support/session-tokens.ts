import type { CryptoKey } from 'jose';
import { createSigningKey, type SigningKey } from '@populatte/clerk-stub';
import { SigningKeys } from '../../src/infrastructure/clerk/signing-keys.js';
import {
  ClerkService,
  type ClerkServiceOptions,
} from '../../src/infrastructure/clerk/clerk.service.js';
import { aJws } from './jws.js';
import { someTime } from './profile.builder.js';
import { RecordedLog } from './recorded-log.js';
import { StoppedClock } from './stopped-clock.js';

/** A second of the stopped clock, since the epoch. */
export const now = someTime / 1000;

export const issuer = 'https://instance.clerk.accounts.dev';
export const webOrigins = ['https://app.example.com', 'http://localhost:3000'];

/** Keys that a test defines; it records the requested key ids. */
export class KnownKeys extends SigningKeys {
  readonly asked: (string | undefined)[] = [];

  constructor(private readonly keys: ReadonlyMap<string, CryptoKey>) {
    super();
  }

  override find(kid: string | undefined): Promise<CryptoKey | null> {
    this.asked.push(kid);
    return Promise.resolve((kid === undefined ? undefined : this.keys.get(kid)) ?? null);
  }
}

type Part = Readonly<Record<string, unknown>>;

/** Overrides of the valid token; `undefined` removes a member. */
export interface Changes {
  readonly header?: Part;
  readonly claims?: Part;
}

/** The header of Clerk's session tokens, version 2. */
export function rightHeader(kid: string): Part {
  return { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid, typ: 'JWT' };
}

/** Its payload, issued at the stopped clock's time, without customised claims. */
export const rightClaims: Part = {
  azp: webOrigins[1],
  exp: now + 60,
  fva: [0, -1],
  iat: now,
  iss: issuer,
  jti: '2b6EX4MP1E',
  nbf: now - 10,
  sid: 'sess_2b6EX4MP1E',
  sts: 'active',
  sub: 'user_2b6EX4MP1E',
  v: 2,
};

/** A service at a stopped clock, the key that it trusts, and tokens signed with it. */
export class TokenBench {
  readonly clock = new StoppedClock(someTime);
  readonly log = new RecordedLog();
  readonly keys: KnownKeys;
  readonly service: ClerkService;

  private constructor(
    readonly key: SigningKey,
    readonly publicKey: CryptoKey,
  ) {
    this.keys = new KnownKeys(new Map([[key.kid, publicKey]]));
    this.service = this.serviceOn(this.keys);
  }

  static async make(): Promise<TokenBench> {
    const key = await createSigningKey('ins_trusted');
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const publicKey = await crypto.subtle.importKey('jwk', key.jwk, algorithm, true, ['verify']);
    return new TokenBench(key, publicKey);
  }

  serviceOn(keys: SigningKeys, options: Partial<ClerkServiceOptions> = {}): ClerkService {
    const defaults = { issuer, authorizedParties: webOrigins, acceptTokensWithoutAzp: false };
    return new ClerkService(keys, this.clock, { ...defaults, ...options }, this.log);
  }

  /** A token that is valid except for the changes. */
  token({ header = {}, claims = {} }: Changes = {}, signer = this.key.privateKey): Promise<string> {
    return aJws(signer, { ...rightHeader(this.key.kid), ...header }, { ...rightClaims, ...claims });
  }
}
