/**
 * Fills the API's caches with realistic users and prints their memory use to standard output. Runs
 * in a separate process with `--expose-gc`, so that nothing else is counted.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { decodeJwt } from 'jose';
import {
  bearerToken,
  CachedSessionVerifier,
  CachedUserRepository,
  profileFromClaims,
  SessionVerifier,
  UserChanges,
  type VerifiedSession,
} from '@populatte/nestjs-clerk-sync/internal';
import { SystemClock } from '@populatte/nestjs-clerk-sync';
import { benchUser } from '../world/bench-users.js';
import { tokenPayload } from '../world/clerk.js';
import { StubUserRepository } from './stub-user.repository.js';

/** Trusts a token's content, because signing each would take minutes. */
class BelievingVerifier extends SessionVerifier {
  override verify(token: string): Promise<VerifiedSession> {
    const claims = decodeJwt(token);
    const { sub = '', iat = 0 } = claims;
    const sessionId = String(claims['sid']);
    return Promise.resolve({
      clerkId: sub,
      sessionId,
      issuedAt: iat * 1000,
      expiresAt: Number(claims.exp) * 1000,
      profile: profileFromClaims(sub, iat, claims, Date.now()),
    });
  }
}

/** Notifications always work, but none arrive. */
class QuietChanges extends UserChanges {
  override readonly live = true;

  override subscribe(): void {
    // There are no notifications.
  }
}

/** The caches of one process, and the requests that fill them. */
class Caches {
  private readonly sessions: SessionVerifier;
  private readonly users = new CachedUserRepository(new StubUserRepository(), new QuietChanges(), {
    maxAgeMs: 0,
    clock: new SystemClock(),
  });

  constructor(keepTokens: boolean) {
    const believing = new BelievingVerifier();
    this.sessions = keepTokens
      ? new CachedSessionVerifier(believing, new SystemClock())
      : believing;
  }

  async request(index: number): Promise<void> {
    // Like the result of Node's parser: one flat string of the header's bytes.
    const header = Buffer.from(`Bearer ${unsignedToken(index)}`).toString('latin1');
    const { profile } = await this.sessions.verify(bearerToken([header]));
    if (profile === null) throw new Error('A token has no profile.');
    const result = await this.users.sync(profile);
    if (result.outcome === 'ignored') throw new Error('There are no users.');
  }
}

const { values } = parseArgs({
  options: { users: { type: 'string' }, 'keep-tokens': { type: 'boolean' } },
});
const keepTokens = values['keep-tokens'] === true;

// Memory that the first request allocates once (compiled code, shapes) does not belong to the caches.
await new Caches(keepTokens).request(0);
const before = held();
const caches = new Caches(keepTokens);
for (let index = 1; index <= Number(values.users); index += 1) await caches.request(index);
const bytes = held() - before;
// One more request, so that the caches stay in use until the end.
await caches.request(1);
process.stdout.write(JSON.stringify({ bytes }));

/** A token as long as a real one, but without a real signature. */
function unsignedToken(index: number): string {
  const header = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: 'ins_bench', typ: 'JWT' };
  const parts = [header, tokenPayload(benchUser(index))].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, randomBytes(256).toString('base64url')].join('.');
}

/** @returns the bytes in use after a garbage collection */
function held(): number {
  if (globalThis.gc === undefined) throw new Error('Run it with --expose-gc.');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
