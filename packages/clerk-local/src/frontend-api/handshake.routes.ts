import { Hono } from 'hono';
import { z } from 'zod';
import { createHash } from 'node:crypto';
import type { Clients } from '../domain/sessions/clients.js';
import type { Handshakes } from '../domain/sessions/handshakes.js';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import { ClerkApiError, notEmulated } from '../domain/shared/clerk-api-error.js';
import { parseParameters } from '../domain/shared/parameters.js';
import type { ClientRecord } from '../domain/state/records.js';
import { isLoopbackUrl } from '../http/hosts.js';
import { readQuery, requestOrigin } from '../http/request.js';
import type { ClientSessions } from './client-sessions.js';

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
 * `GET /v1/client/handshake`: redirects the browser back to a page with a nonce. The page's server
 * exchanges the nonce for the browser's cookies at the Backend API.
 *
 * Browsers send no `Origin` with a top-level navigation, so the session token has no `azp`, as at
 * Clerk.
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

/** An open redirect would leak the browser's session to any site. */
function requireLocal(url: string): URL {
  if (isLoopbackUrl(url)) return new URL(url);
  throw new ClerkApiError(400, 'invalid_url', 'redirect_url is not allowed', {
    paramName: 'redirect_url',
    longMessage: 'redirect_url must be a URL on this machine, such as http://localhost:3000/.',
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

const yearSeconds = 31_536_000;
const suffixLength = 8;

interface CookieDirectivesInput {
  readonly publishableKey: string;
  readonly client: ClientRecord;
  /** A token of the client's session, if it has one. */
  readonly sessionToken: string | undefined;
  /** Host name of the page that receives the cookies. */
  readonly host: string;
}

/**
 * Returns the cookies of a browser as `Set-Cookie` values.
 *
 * Each cookie is set twice, with and without the instance's suffix, so that applications of
 * different instances can share a host. None is `HttpOnly`, because clerk-js reads and writes them.
 */
function cookieDirectives(input: CookieDirectivesInput): string[] {
  const { publishableKey, client, sessionToken, host } = input;
  const signedInAt = sessionToken === undefined ? 0 : Math.floor(client.updatedAt / 1000);
  const persistent = `Max-Age=${yearSeconds}; SameSite=Lax`;
  const cookies = [
    ['__clerk_db_jwt', client.devBrowser, persistent],
    ['__client_uat', `${signedInAt}`, `Domain=${host}; ${persistent}`],
    [
      '__session',
      sessionToken ?? '',
      sessionToken === undefined ? 'Max-Age=0; SameSite=Lax' : persistent,
    ],
  ];
  const suffix = cookieSuffix(publishableKey);
  return cookies.flatMap(([name, value, attributes]) =>
    [name, `${name}_${suffix}`].map((each) => `${each}=${value}; Path=/; ${attributes}`),
  );
}

/** Returns the first characters of the key's SHA-1 in base64url, as Clerk's SDKs do. */
function cookieSuffix(publishableKey: string): string {
  return createHash('sha1').update(publishableKey).digest('base64url').slice(0, suffixLength);
}
