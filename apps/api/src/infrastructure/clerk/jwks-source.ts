import { importJWK, type CryptoKey } from 'jose';
import { z } from 'zod';
import { apiVersionHeader } from './clerk-user.schema.js';
import { readJson } from './read-json.js';

/** RFC 7517, as far as RSA signature keys go; other keys in the set are none of ours. */
const jwks = z.object({ keys: z.array(z.unknown()) });
const rsaSigningKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1),
  n: z.string(),
  e: z.string(),
  use: z.literal('sig').optional(),
  alg: z.literal('RS256').optional(),
});

export interface JwksSourceOptions {
  /** Clerk's Backend API, without a trailing slash. */
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** Loads Clerk's signing keys (`GET /v1/jwks`, Clerk Backend API). */
export class JwksSource {
  constructor(private readonly options: JwksSourceOptions) {}

  /**
   * @returns the RS256 keys by key id, at least one
   * @throws Error naming the reason, without the secret key, when they cannot be loaded in time
   */
  async load(): Promise<ReadonlyMap<string, CryptoKey>> {
    const { apiUrl, secretKey, timeoutMs } = this.options;
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await this.options.fetch(`${apiUrl}/v1/jwks`, {
      headers: {
        authorization: `Bearer ${secretKey}`,
        accept: 'application/json',
        ...apiVersionHeader,
      },
      redirect: 'error',
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(
        response.status === 401 || response.status === 403
          ? 'Clerk refuses CLERK_SECRET_KEY. Copy it again from the Clerk dashboard, “API keys”.'
          : `Clerk answered ${response.status} to GET /v1/jwks.`,
      );
    }
    const keys = await this.importKeys(jwks.parse(await readJson(response, signal)).keys);
    if (keys.size === 0) throw new Error('Clerk’s key set holds no RSA signing key.');
    return keys;
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
