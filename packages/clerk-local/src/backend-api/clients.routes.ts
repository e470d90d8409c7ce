import { Hono } from 'hono';
import { z } from 'zod';
import type { Handshakes } from '../frontend-api/handshake/handshakes.js';
import { readQuery } from '../http/body.js';
import { parseParameters } from '../http/parameters.js';

const payloadQuerySchema = z.object({ nonce: z.string() });

/** `/v1/clients` of the Backend API: how the application's server ends a handshake. */
export function clientsRoutes(handshakes: Handshakes): Hono {
  const routes = new Hono();
  routes.get('/handshake_payload', (context) => {
    const { nonce } = parseParameters(payloadQuerySchema, readQuery(context));
    return context.json({ directives: handshakes.redeem(nonce) });
  });
  return routes;
}
