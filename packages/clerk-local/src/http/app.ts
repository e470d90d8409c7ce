import { Hono } from 'hono';
import { backendApi } from '../backend-api/backend-api.js';
import { notEmulated } from '../errors/clerk-api-error.js';
import { allowLocalPages } from '../frontend-api/allow-local-pages.js';
import { frontendApi } from '../frontend-api/frontend-api.js';
import { overrideMethod } from '../frontend-api/override-method.js';
import type { Instance } from '../instance/instance.js';
import { scriptsRoutes } from '../scripts/scripts.routes.js';
import { avatarSvg } from './avatar.js';
import { handleError } from './handle-error.js';
import { logRequests } from './log-requests.js';

/** All that the instance answers over HTTP. What it does not emulate is refused by name. */
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
