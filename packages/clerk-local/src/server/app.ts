import { Hono, type ErrorHandler, type MiddlewareHandler } from 'hono';
import { createHash } from 'node:crypto';
import { backendApi } from '../backend-api/backend-api.js';
import { notEmulated, ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { Log } from '../domain/shared/ports.js';
import { allowLocalPages, overrideMethod } from '../frontend-api/browser-requests.js';
import { frontendApi } from '../frontend-api/frontend-api.js';
import type { Instance } from './instance.js';
import { scriptsRoutes } from './scripts.routes.js';

/** Creates the HTTP app of an instance. An unknown route responds with 404 `not_emulated`. */
export function createApp(instance: Instance): Hono {
  // clerk-js ends some paths with a slash.
  const app = new Hono({ strict: false });
  app.use(overrideMethod(app));
  app.use(logRequests(instance.log));
  app.use(allowLocalPages());
  app.onError(handleError(instance.log));
  app.notFound((context) => {
    const { method, path } = context.req;
    return context.json(notEmulated(`${method} ${path}`).toBody(), 404);
  });
  app.route('/v1', backendApi(instance));
  app.route('/v1', frontendApi(instance));
  app.route('/npm', scriptsRoutes());
  app.get('/img/:file{user_[0-9A-Za-z]+\\.svg}', (context) => {
    const userId = context.req.param('file').replace(/\.svg$/, '');
    return context.body(avatarSvg(userId), 200, {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=86400',
    });
  });
  return app;
}

/** Sends a `ClerkApiError` in Clerk's format. Logs every other error and responds with 500. */
function handleError(log: Log): ErrorHandler {
  return (error, context) => {
    if (error instanceof ClerkApiError) return context.json(error.toBody(), error.status);
    log(`error in ${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`);
    const longMessage = 'clerk-local failed unexpectedly. See its log for the stack trace.';
    return context.json(
      {
        errors: [
          { code: 'internal_clerk_error', message: 'Oops', long_message: longMessage, meta: {} },
        ],
      },
      500,
    );
  };
}

/** Logs one line per request: method, path without query, and status. */
function logRequests(log: Log): MiddlewareHandler {
  return async (context, next) => {
    await next();
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
