import { Hono } from 'hono';
import { z } from 'zod';
import { cookieDirectives } from '../domain/sessions/browser-cookies.js';
import type { Clients } from '../domain/sessions/clients.js';
import { signHandshake, type Handshakes } from '../domain/sessions/handshakes.js';
import type { RefreshTokens } from '../domain/sessions/refresh-tokens.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { ClientRecord, SessionRecord } from '../domain/state/session-records.js';
import type { Store } from '../domain/state/store.js';
import { isLoopbackUrl } from '../http/hosts.js';
import { parseQuery, requestOrigin } from '../http/request.js';
import type { ClientSessions } from './client-sessions.js';

export interface HandshakeRoutesOptions {
  readonly publishableKey: string;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly organizations: Organizations;
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly tokens: SessionTokens;
  readonly handshakes: Handshakes;
  /** Missing unless the feature `refresh_cookie` is enabled. */
  readonly refreshTokens: RefreshTokens | undefined;
}

const querySchema = z.object({
  redirect_url: z.string(),
  format: z.enum(['nonce', 'token']).default('token'),
  __clerk_db_jwt: z.string().optional(),
  /** An id or a slug; empty for the personal account. */
  organization_id: z.string().optional(),
});

/**
 * `GET /v1/client/handshake`: redirects the browser back to a page with a nonce. The page's server
 * exchanges the nonce for the browser's cookies at the Backend API. Without `format=nonce`, as older
 * SDKs ask for it, the page gets the cookies themselves, signed.
 *
 * Browsers send no `Origin` with a top-level navigation, so the session token has no `azp`, as at
 * Clerk.
 */
export function handshakeRoutes(options: HandshakeRoutesOptions): Hono {
  const { clients } = options;
  const routes = new Hono();
  routes.get('/', async (context) => {
    const query = parseQuery(context, querySchema);
    const target = requireLocal(query.redirect_url);
    const client = clients.find(query.__clerk_db_jwt) ?? (await clients.create());
    await activate(query.organization_id, client, options);
    context.header('cache-control', 'no-store');
    const origin = requestOrigin(context);
    const page =
      query.format === 'nonce'
        ? await withHandshake(target, client, options, origin)
        : await withSignedHandshake(target, client, options, origin);
    return context.redirect(page, 307);
  });
  return routes;
}

/**
 * Adds a nonce to a page's URL. Its server exchanges the nonce for the browser's cookies.
 *
 * @param origin the request's `Origin`, which becomes the token's `azp`
 */
export async function withHandshake(
  target: URL,
  client: ClientRecord,
  options: HandshakeRoutesOptions,
  origin?: string,
): Promise<string> {
  const directives = await browserCookies(client, target.hostname, options, origin);
  const url = new URL(target);
  url.searchParams.set('__clerk_handshake_nonce', options.handshakes.issue(directives));
  return url.href;
}

async function withSignedHandshake(
  target: URL,
  client: ClientRecord,
  options: HandshakeRoutesOptions,
  origin: string | undefined,
): Promise<string> {
  const directives = await browserCookies(client, target.hostname, options, origin);
  const url = new URL(target);
  const token = await signHandshake(options.store.signingKey, directives);
  url.searchParams.set('__clerk_handshake', token);
  return url.href;
}

/**
 * Selects the active organization that the page belongs to. A user who is not a member keeps the
 * former one, as Clerk documents.
 *
 * @param name `undefined` for no change
 */
async function activate(
  name: string | undefined,
  client: ClientRecord,
  options: HandshakeRoutesOptions,
): Promise<void> {
  const session = sessionOf(client, options);
  if (name === undefined || session === undefined) return;
  const { members } = options.organizations;
  const own = members.list({ userId: session.userId }).map(({ organization }) => organization);
  const chosen = own.find(({ id, slug }) => name === id || name === slug)?.id;
  if (chosen === undefined && name !== '') return;
  await options.sessions.selectOrganization(session.id, chosen ?? null);
}

/**
 * Returns the cookies of a browser with its session, as `Set-Cookie` values.
 *
 * @param host the host name of the page that receives them
 * @param origin the request's `Origin`, which becomes the token's `azp`
 */
export async function browserCookies(
  client: ClientRecord,
  host: string,
  options: HandshakeRoutesOptions,
  origin?: string,
): Promise<string[]> {
  const session = sessionOf(client, options);
  const sessionToken = session && (await options.tokens.create({ sessionId: session.id, origin }));
  return cookieDirectives({
    publishableKey: options.publishableKey,
    client,
    sessionToken,
    refreshToken: session && options.refreshTokens?.issue(session.id),
    host,
  });
}

/** An open redirect would leak the browser's session to any site. */
export function requireLocal(url: string): URL {
  if (isLoopbackUrl(url)) return new URL(url);
  throw new ClerkApiError(400, 'invalid_url', 'redirect_url is not allowed', {
    paramName: 'redirect_url',
    longMessage: 'redirect_url must be a URL on this machine, such as http://localhost:3000/.',
  });
}

function sessionOf(
  client: ClientRecord,
  { clientSessions }: HandshakeRoutesOptions,
): SessionRecord | undefined {
  const active = clientSessions.active(client);
  return active.find(({ id }) => id === client.lastActiveSessionId) ?? active.at(-1);
}
