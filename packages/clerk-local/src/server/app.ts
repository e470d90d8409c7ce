import { Hono, type Context, type ErrorHandler, type MiddlewareHandler } from 'hono';
import { createHash } from 'node:crypto';
import { backendApi } from '../backend-api/backend-api.js';
import { controlRoutes, type ControlRoutesOptions } from '../control/control.routes.js';
import { injectFaults } from '../control/inject-faults.js';
import { Stagings } from '../control/stagings.js';
import { internalBindings, isInternal } from '../control/request-log.js';
import {
  ClerkApiError,
  errorsBody,
  notEmulated,
  resourceNotFound,
} from '../domain/shared/clerk-api-error.js';
import type { Log } from '../domain/shared/ports.js';
import { allowLocalPages, overrideMethod } from '../frontend-api/browser-requests.js';
import { frontendApi } from '../frontend-api/frontend-api.js';
import { consoleRoutes } from './console.routes.js';
import { interstitialRoutes } from './interstitial.routes.js';
import { accountPortalRoutes } from './account-portal.routes.js';
import { isNative } from '../frontend-api/native-clients.js';
import { operationsOf } from '../http/operations.js';
import type { Instance } from './instance.js';
import { scriptsRoutes } from './scripts.routes.js';

/**
 * Creates the HTTP app of an instance. An operation of Clerk without a route responds with 501
 * `not_emulated` and its name; a path that Clerk does not have responds with 404.
 */
export function createApp(instance: Instance): Hono {
  // clerk-js ends some paths with a slash.
  const app = new Hono({ strict: false });
  app.use(overrideMethod(app));
  app.use(logRequests(instance.log));
  app.use(instance.requests.middleware());
  app.use(exceptControl(allowLocalPages()));
  app.use(injectFaults(instance.faults));
  app.onError(handleError(instance.log));
  app.notFound(answerMissing);
  app.route('/_local', controlRoutes(controlOptions(instance, app)));
  app.route('/', consoleRoutes(instance));
  app.get('/.well-known/jwks.json', (context) => {
    return context.json({ keys: [instance.store.signingKey.jwk] });
  });
  // No native applications are registered.
  app.get('/.well-known/assetlinks.json', (context) => context.json([]));
  app.get('/.well-known/apple-app-site-association', (context) => {
    return context.json({ webcredentials: { apps: [] } });
  });
  // Passkeys belong to the page's host, not to a common host.
  app.get('/.well-known/webauthn', () => {
    throw resourceNotFound('The instance has no related origins for passkeys.');
  });
  app.route('/v1/public/interstitial', interstitialRoutes(instance.store));
  const browserRoutes = new Hono({ strict: false }).route('/v1', frontendApi(instance));
  browserRoutes.onError(handleError(instance.log));
  browserRoutes.notFound(answerMissing);
  // Both APIs have this path. Only browsers send a development browser token, and only native
  // applications name themselves.
  app.use('/v1/organizations/*', async (context, next) => {
    const isClient = context.req.query('__clerk_db_jwt') !== undefined || isNative(context.req);
    return isClient ? browserRoutes.fetch(context.req.raw, context.env) : next();
  });
  app.route('/v1', backendApi(instance));
  app.route('/v1', frontendApi(instance));
  app.route('/npm', scriptsRoutes());
  app.route('/', accountPortalRoutes(instance));
  app.get('/img/:file{(?:user|org)_[0-9A-Za-z]+\\.svg}', (context) => {
    const userId = context.req.param('file').replace(/\.svg$/, '');
    return context.body(avatarSvg(userId), 200, {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=86400',
    });
  });
  return app;
}

/** Passes a call of the console, such as `/_local/api/v1/users`, to the Backend API. */
async function callBackendApi(app: Hono, request: Request, secretKey: string): Promise<Response> {
  const url = new URL(request.url);
  url.pathname = url.pathname.replace(/^\/_local\/api/, '');
  if (!url.pathname.startsWith('/v1/')) throw resourceNotFound('The console calls /v1 only.');
  const type = request.headers.get('content-type');
  const body = await request.text();
  const forwarded = new Request(url, {
    method: request.method,
    headers: {
      authorization: `Bearer ${secretKey}`,
      ...(type === null ? {} : { 'content-type': type }),
    },
    ...(body === '' ? {} : { body }),
  });
  return app.fetch(forwarded, internalBindings);
}

/** Pages of other origins, even on this machine, must not control the instance. */
function exceptControl(middleware: MiddlewareHandler): MiddlewareHandler {
  return (context, next) => {
    return context.req.path.startsWith('/_local') ? next() : middleware(context, next);
  };
}

/** Operations that Clerk also serves without `/v1`, as its SDK calls them (`skipApiVersionInUrl`). */
const withoutVersion = /^\/(?:api_keys|m2m_tokens|oauth_applications)(?:\/|$)/;

function answerMissing(context: Context): Response {
  const { method, path } = context.req;
  // Every GET route also serves HEAD.
  const error = missingRoute(method === 'HEAD' ? 'GET' : method, path);
  return context.json(error.toBody(), error.status);
}

function missingRoute(method: string, path: string): ClerkApiError {
  const paths = withoutVersion.test(path) ? [path, `/v1${path}`] : [path];
  const found = paths.map((each) => operationsOf(method, each));
  const names = (found.find(({ length }) => length > 0) ?? []).map(({ name }) => name);
  const route = `${method} ${path}`;
  if (names.length === 0) return resourceNotFound(`Clerk has no route ${route}.`);
  return notEmulated(`${[...new Set(names)].join(' or ')} (${route})`);
}

function controlOptions(instance: Instance, app: Hono): ControlRoutesOptions {
  const { store, faults, webhooks, requests, messages, inspector, now } = instance;
  return {
    backend: (request) => callBackendApi(app, request, store.keys.secretKey),
    secretKey: store.keys.secretKey,
    faults,
    requests,
    messages: () => messages.list(),
    inspector,
    stagings: new Stagings({ services: instance, faults, webhooks, inspector, now }),
    webhooks: {
      deliveries: () => webhooks.deliveriesWithPayload(),
      pending: () => webhooks.pending(),
      replay: (messageId) => webhooks.replay(messageId),
    },
  };
}

/** Sends a `ClerkApiError` in Clerk's format. Logs every other error and responds with 500. */
function handleError(log: Log): ErrorHandler {
  return (error, context) => {
    if (error instanceof ClerkApiError) return context.json(error.toBody(), error.status);
    const body = errorsBody({
      code: 'internal_clerk_error',
      message: 'Oops',
      long_message: 'clerk-local failed unexpectedly. See its log for the stack trace.',
      meta: {},
    });
    const route = `${context.req.method} ${context.req.path}`;
    log(`error in ${route}: trace ${body.clerk_trace_id}: ${error.stack ?? error.message}`);
    return context.json(body, 500);
  };
}

/** Logs one line per request: method, path without query, and status. */
function logRequests(log: Log): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (isInternal(context)) return;
    log(`${context.req.method} ${context.req.path} ${context.res.status}`);
  };
}

/**
 * Draws the default avatar of a user as SVG, in a colour derived from the user id.
 */
function avatarSvg(userId: string): string {
  const hue = createHash('sha256').update(userId).digest().readUInt16BE(0) % 360;
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Avatar">' +
    `<rect width="64" height="64" fill="hsl(${hue} 60% 45%)"/>` +
    '<circle cx="32" cy="25" r="11" fill="#fff"/>' +
    '<path d="M10 64a22 22 0 0 1 44 0z" fill="#fff"/></svg>'
  );
}
