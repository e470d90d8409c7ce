import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/**
 * The headers that keep a browser from doing more with an answer than read it (helmet's defaults,
 * and a policy for answers that are no pages). They are the same for every answer, so they are made
 * once: helmet's plugin for Fastify makes them anew for each.
 */
export function securityHeaders(): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  setHeaders(response.req, response, (error) => {
    if (error !== undefined) throw new Error('The security headers cannot be made.');
  });
  return { ...response.getHeaders() };
}
