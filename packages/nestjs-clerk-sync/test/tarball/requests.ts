import {
  type ClerkStub,
  type ClerkUser,
  issuer,
  sessionClaims,
  signToken,
  webhookEvent,
  webhookHeaders,
  webhookSecret,
  webOrigin,
} from '@populatte/clerk-stub';
import { expect } from 'vitest';
import { z } from 'zod';

const row = z.object({
  id: z.string(),
  name: z.string().nullable(),
  plan: z.string(),
  frozen: z.boolean(),
});

/** Sends requests with session tokens, and webhooks, to processes of an outside application. */
export class Requests {
  constructor(private readonly clerk: ClerkStub) {}

  /** @param clerkUser whose token is sent; without one, none is */
  get(address: string, path: string, clerkUser?: ClerkUser): Promise<Response> {
    const headers: Record<string, string> =
      clerkUser === undefined ? {} : { authorization: `Bearer ${this.token(clerkUser)}` };
    return fetch(`${address}${path}`, { headers });
  }

  /** @returns the user's row, as `GET /me` shows it */
  async me(address: string, clerkUser: ClerkUser): Promise<z.infer<typeof row>> {
    const response = await this.get(address, '/me', clerkUser);
    expect(response.status).toBe(200);
    return row.parse(await response.json());
  }

  webhook(address: string, type: string, data: unknown, secret = webhookSecret): Promise<Response> {
    const body = webhookEvent(type, data);
    const headers = webhookHeaders(body, { secret });
    return fetch(`${address}/webhooks/clerk`, { method: 'POST', body, headers });
  }

  /** @returns the response to a webhook, which must be acknowledged */
  async deliver(address: string, type: string, data: unknown): Promise<unknown> {
    const response = await this.webhook(address, type, data);
    expect(response.status).toBe(200);
    return response.json();
  }

  private token({ clerkId, email, name, imageUrl }: ClerkUser): string {
    const claims = sessionClaims(clerkId, { iss: issuer, azp: webOrigin });
    return signToken(this.clerk.key, { ...claims, email, name, imageUrl });
  }
}
