import { expect, it } from 'vitest';
import { frontendApi } from '../../../src/frontend-api/frontend-api.js';
import { routesOf } from '../../support/routes.js';
import { frontendCases } from './cases.js';

/** Answered with a redirect. */
const withoutBody = ['GET /v1/client/handshake'];

it('every route of the Frontend API is checked against the published document', async () => {
  const checked = new Set(
    frontendCases.filter(({ status }) => status === 200).map(({ route }) => route),
  );
  const routes = (await routesOf(frontendApi)).filter(
    // The same routes again, under the client's id as clerk-js has it.
    (route) => !route.includes('/client/:clientId'),
  );
  expect([...checked, ...withoutBody].sort()).toEqual(routes.sort());
});
