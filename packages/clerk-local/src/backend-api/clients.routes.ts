import { Hono } from 'hono';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Handshakes } from '../domain/sessions/handshakes.js';
import { toSession, type Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { Store } from '../domain/state/store.js';
import { parseBody, parseListQuery, parseQuery, requestedPageOf } from '../http/request.js';

const payloadQuerySchema = z.object({ nonce: z.string() });
const tokenSchema = z.strictObject({ token: z.string() });
const claimsSchema = z.looseObject({ sid: z.string() });

export interface ClientsRoutesOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly handshakes: Handshakes;
}

/** `/v1/clients`: the browsers, and the cookies of handshakes. */
export function clientsRoutes({ store, sessions, handshakes }: ClientsRoutesOptions): Hono {
  const present = (client: ClientRecord): object => {
    const active = sessions.active({ clientId: client.id }).map(toSession);
    return {
      object: 'client',
      id: client.id,
      session_ids: active.map(({ id }) => id),
      sessions: active,
      sign_in_id: client.signIn?.id ?? null,
      sign_up_id: client.signUp?.id ?? null,
      last_active_session_id: client.lastActiveSessionId,
      last_authentication_strategy: null,
      created_at: client.createdAt,
      updated_at: client.updatedAt,
    };
  };
  const find = (id: string): ClientRecord => {
    const client = [...store.clients.values()].find((each) => each.id === id);
    if (client) return client;
    throw resourceNotFound(`No client was found with id ${id}`);
  };
  const routes = new Hono();
  routes.get('/', (context) => {
    parseListQuery(context, {});
    const all = [...store.clients.values()].reverse().map(present);
    return context.json(requestedPageOf(context, all));
  });
  routes.get('/handshake_payload', (context) => {
    const { nonce } = parseQuery(context, payloadQuerySchema);
    return context.json({ directives: handshakes.redeem(nonce) });
  });
  routes.post('/verify', async (context) => {
    const { token } = await parseBody(context, tokenSchema);
    const { client_id } = sessions.get(await sessionIdOf(token, store));
    return context.json(present(find(client_id)));
  });
  routes.get('/:id', (context) => context.json(present(find(context.req.param('id')))));
  return routes;
}

/** @throws {ClerkApiError} 401 for a token that this instance has not signed */
async function sessionIdOf(token: string, { signingKey }: Store): Promise<string> {
  try {
    const { payload } = await jwtVerify(token, signingKey.publicKey);
    return claimsSchema.parse(payload).sid;
  } catch {
    throw new ClerkApiError(401, 'token_invalid', 'Token is invalid', {
      longMessage: 'The token is not a session token of this instance, or has expired.',
    });
  }
}
