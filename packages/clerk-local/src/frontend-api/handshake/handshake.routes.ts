import { Hono } from 'hono';
import { z } from 'zod';
import type { ClientRecord } from '../../clients/client-record.js';
import type { Clients } from '../../clients/clients.js';
import { ClerkApiError, notEmulated } from '../../errors/clerk-api-error.js';
import { readQuery } from '../../http/body.js';
import { parseParameters } from '../../http/parameters.js';
import { requestOrigin } from '../../http/request-origin.js';
import type { SessionTokens } from '../../tokens/session-tokens.js';
import type { ClientSessions } from '../client-sessions.js';
import { isLoopbackUrl } from '../loopback.js';
import { cookieDirectives } from './cookie-directives.js';
import type { Handshakes } from './handshakes.js';

export interface HandshakeRoutesOptions {
  readonly publishableKey: string;
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly tokens: SessionTokens;
  readonly handshakes: Handshakes;
}

const querySchema = z.object({
  redirect_url: z.string(),
  format: z.string().optional(),
  __clerk_db_jwt: z.string().optional(),
});

/**
 * `GET /v1/client/handshake`: redirects the browser to a page with a nonce, which the page's server
 * exchanges for the browser's cookies at the Backend API. A browser arrives by a top-level
 * navigation, which carries no `Origin`: the session token in the cookies has no `azp`, as at Clerk.
 */
export function handshakeRoutes(options: HandshakeRoutesOptions): Hono {
  const { publishableKey, clients, handshakes } = options;
  const routes = new Hono();
  routes.get('/', async (context) => {
    const query = parseParameters(querySchema, readQuery(context));
    const target = requireLocal(query.redirect_url);
    if (query.format !== 'nonce') throw notEmulated('A handshake without format=nonce');
    const client = clients.find(query.__clerk_db_jwt) ?? (await clients.create());
    const sessionToken = await tokenOf(client, requestOrigin(context), options);
    const directives = cookieDirectives({
      publishableKey,
      client,
      sessionToken,
      host: target.hostname,
    });
    target.searchParams.set('__clerk_handshake_nonce', handshakes.issue(directives));
    context.header('cache-control', 'no-store');
    return context.redirect(target.href, 307);
  });
  return routes;
}

/** A redirect to anywhere would hand the browser's session to anybody who asks. */
function requireLocal(url: string): URL {
  if (isLoopbackUrl(url)) return new URL(url);
  throw new ClerkApiError(400, 'invalid_url', 'redirect_url is not allowed', {
    paramName: 'redirect_url',
    longMessage: 'redirect_url must be a URL of this machine, such as http://localhost:3000/.',
  });
}

async function tokenOf(
  client: ClientRecord,
  origin: string | undefined,
  { clientSessions, tokens }: HandshakeRoutesOptions,
): Promise<string | undefined> {
  const active = clientSessions.active(client);
  const session = active.find(({ id }) => id === client.lastActiveSessionId) ?? active.at(-1);
  return session && tokens.create({ sessionId: session.id, origin });
}
