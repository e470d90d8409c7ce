import { userResponse } from '@populatte/contracts';
import { z } from 'zod';
import { type ClerkStub, clerkUserJson, type ClerkUserJson } from '@populatte/clerk-stub';
import type { Profile } from '@populatte/nestjs-clerk-sync/src/core/profile.js';
import type { RevocableSession } from '@populatte/nestjs-clerk-sync/src/core/revocations.js';
import type { ApiProcess } from '../api-process.js';
import { send, type Answer as HttpAnswer } from '../send.js';
import { aProfileToken, aSessionToken, type Claims } from '../session-token.js';
import { aDelivery, anEvent } from '../webhook.js';
import type { Answer } from './explain.js';
import type { SessionEndType, WebhookType } from './history.js';
import type { Clerk, Driver } from './driver.js';
import { Sentinel } from './sentinel.js';

const receipt = z.strictObject({ success: z.literal(true), outcome: z.string() });
const refusal = z.looseObject({
  code: z.enum(['user_deleted', 'user_unknown', 'user_banned', 'session_ended']),
});

/** A built API as a separate process, which gets real session tokens and real webhooks. */
export class HttpDriver implements Driver {
  private readonly sentinel: Sentinel;

  constructor(
    private readonly api: ApiProcess,
    private readonly clerk: ClerkStub,
    databaseUrl: string,
  ) {
    this.sentinel = new Sentinel(databaseUrl);
  }

  async request(profile: Profile, session: RevocableSession): Promise<Answer> {
    const { at, exact } = profile.version;
    const claims = { ...sessionClaims(session), ...(exact && { updatedAt: at }) };
    return this.me(await aProfileToken(this.clerk.key, profile, { claims }));
  }

  async bareRequest(clerkId: string, session: RevocableSession): Promise<Answer> {
    const claims = sessionClaims(session);
    return this.me(await aSessionToken(this.clerk.key, clerkId, { claims }));
  }

  webhook(type: WebhookType, profile: Profile): Promise<Answer> {
    return this.deliver(type, clerkJson(profile));
  }

  deletion(clerkId: string): Promise<Answer> {
    return this.deliver('user.deleted', { id: clerkId, object: 'user', deleted: true });
  }

  sessionEnd(type: SessionEndType, clerkId: string, sessionId: string): Promise<Answer> {
    return this.deliver(type, { id: sessionId, object: 'session', user_id: clerkId });
  }

  /** From outside, the newest profile is delivered as Clerk would redeliver it. */
  reconciliation(profile: Profile): Promise<Answer> {
    return this.webhook('user.updated', profile);
  }

  /** A process caches users and is notified of other processes' writes. */
  settled(): Promise<void> {
    return this.sentinel.isSeenBy(async (clerkId) => {
      const answer = await this.bareRequest(clerkId, {
        sessionId: 'sess_sentinel',
        issuedAt: Date.now(),
      });
      return answer.user?.name ?? null;
    });
  }

  async close(): Promise<void> {
    await this.sentinel.close();
    await this.api.stop();
  }

  private async me(token: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await send(this.api.url, '/users/me', { headers });
    if (answer.status === 401) {
      const { code } = refusal.parse(answer.json());
      if (code === 'user_deleted') return { outcome: 'ignored' };
      return { outcome: code === 'user_unknown' ? 'unknown' : code };
    }
    const { id, email, name, imageUrl } = userResponse.parse(ok(answer).json());
    return { user: { id, email, name, imageUrl } };
  }

  private async deliver(type: string, data: unknown): Promise<Answer> {
    const answer = await send(this.api.url, '/webhooks/clerk', aDelivery(anEvent(type, data)));
    return { outcome: receipt.parse(ok(answer).json()).outcome };
  }
}

function ok(answer: HttpAnswer): HttpAnswer {
  if (answer.status !== 200) throw new Error(`It answered ${answer.status}: ${answer.text}`);
  return answer;
}

/** The tests' Backend API, scripted by histories. */
export function scriptedClerk(clerk: ClerkStub): Clerk {
  return {
    setUser: (clerkId, profile) => {
      if (profile === null) clerk.users.delete(clerkId);
      else clerk.users.set(clerkId, clerkJson(profile));
    },
  };
}

function clerkJson(profile: Profile): ClerkUserJson {
  const { version, banned } = profile;
  return clerkUserJson(profile, version.at, banned === undefined ? {} : { banned });
}

function sessionClaims({ sessionId, issuedAt }: RevocableSession): Claims {
  return { sid: sessionId, iat: Math.floor(issuedAt / 1_000) };
}
