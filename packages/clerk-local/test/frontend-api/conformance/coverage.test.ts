import { expect, test } from 'vitest';
import { frontendApi } from '../../../src/frontend-api/frontend-api.js';
import { routesOf } from '../../support/routes.js';
import { frontendCases } from './cases.js';

/**
 * Routes that respond with a redirect or a page, or need a proxy's headers; other tests call them.
 */
const withoutBody = [
  'GET /v1/agents/tasks',
  'GET /v1/clear-site-data',
  'GET /v1/client/handshake',
  'GET /v1/client/link',
  'GET /v1/client/sync',
  'GET /v1/dev_browser/init',
  'GET /v1/oauth_callback',
  'GET /v1/proxy-health',
  'GET /v1/redirect',
  'GET /v1/tickets/accept',
  'GET /v1/verify',
  'POST /v1/dev_browser/set_first_party_cookie',
  'POST /v1/oauth_callback',
  'GET /v1/simulated_provider',
  'POST /v1/simulated_provider',
];

test('checks every Frontend API route against the published document', async () => {
  const checked = new Set(
    frontendCases.filter(({ status }) => status === 200).map(({ route }) => route),
  );
  const routes = (await routesOf(frontendApi)).filter(
    // The same routes under the client's id, which clerk-js also uses.
    (route) => !route.includes('/client/:clientId'),
  );
  expect([...checked, ...withoutBody].sort()).toEqual(routes.sort());
});
