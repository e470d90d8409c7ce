import { type CryptoKey, importJWK } from 'jose';
import { z } from 'zod';
import { type ClerkApi, getFromClerk, readJson, secretKeyRejected } from './clerk-http.js';
import type { KeySource } from './signing-keys.js';

/** RSA signing keys (RFC 7517); other keys in the set are ignored. */
const jwks = z.object({ keys: z.array(z.unknown()) });
const rsaSigningKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  n: z.string(),
  e: z.string(),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
});

export interface JwksSourceOptions extends ClerkApi {
  /** For the request and its body. */
  readonly timeoutMs: number;
  /**
   * Receives how far this machine's clock is ahead, compared with Clerk, in milliseconds, if that is more
   * than the leeway of session tokens. Negative: it is behind.
   */
  readonly onWrongClock?: (aheadMs: number) => void;
}

/** The leeway of session tokens, in milliseconds. */
const tolerance = 5_000;

/** Loads Clerk's signing keys (`GET /v1/jwks`, Clerk Backend API). */
export class JwksSource implements KeySource {
  constructor(private readonly options: JwksSourceOptions) {}

  /**
   * @returns the RS256 keys by key id, at least one
   * @throws Error naming the reason, without the secret key, when they cannot be loaded in time
   */
  async load(): Promise<ReadonlyMap<string, CryptoKey>> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    const askedAt = Date.now();
    const response = await getFromClerk(this.options, '/v1/jwks', signal);
    this.compareClocks(response.headers, askedAt, Date.now());
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(
        response.status === 401 || response.status === 403
          ? secretKeyRejected
          : `Clerk answered ${response.status} to GET /v1/jwks.`,
      );
    }
    const keys = await this.importKeys(jwks.parse(await readJson(response, signal)).keys);
    if (keys.size === 0) throw new Error('Clerk’s key set contains no RSA signing key.');
    return keys;
  }

  /** A cached response has an `Age`, in seconds. */
  private compareClocks(headers: Headers, askedAt: number, answeredAt: number): void {
    const clerkTime = Date.parse(headers.get('date') ?? '') + Number(headers.get('age')) * 1_000;
    // The time is in whole seconds.
    const ahead = askedAt - clerkTime - 1_000;
    const behind = clerkTime - answeredAt;
    if (ahead > tolerance) this.options.onWrongClock?.(ahead);
    else if (behind > tolerance) this.options.onWrongClock?.(-behind);
  }

  private async importKeys(candidates: readonly unknown[]): Promise<Map<string, CryptoKey>> {
    const keys = new Map<string, CryptoKey>();
    for (const candidate of candidates) {
      const parsed = rsaSigningKey.safeParse(candidate);
      if (!parsed.success) continue;
      const { kty, kid, n, e } = parsed.data;
      const key = await importJWK({ kty, n, e }, 'RS256');
      if (!(key instanceof Uint8Array) && isLongEnough(key)) keys.set(kid, key);
    }
    return keys;
  }
}

/** RFC 7518, 3.3: RS256 takes a modulus of 2048 bits or more. */
function isLongEnough({ algorithm }: CryptoKey): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) >= 2048;
}
