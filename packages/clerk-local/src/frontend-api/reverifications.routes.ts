import { Hono, type Context } from 'hono';
import type { SessionRecord } from '../domain/state/session-records.js';
import { parseBody, requestOrigin } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import type { ClientSessions } from './client-sessions.js';
import {
  attemptReverificationSchema,
  attemptSecondReverificationSchema,
  prepareReverificationSchema,
  prepareSecondReverificationSchema,
  startReverificationSchema,
  type Reverification,
  type Reverifications,
} from './reverifications.js';

export interface ReverificationsRoutesOptions {
  readonly calls: ClientCalls;
  readonly clientSessions: ClientSessions;
  readonly reverifications: Reverifications;
}

/** `/v1/client/sessions/:id/verify`: the user of a session verifies their identity again. */
export function reverificationsRoutes(options: ReverificationsRoutesOptions): Hono {
  const { calls, clientSessions, reverifications } = options;
  const sessionOf = (context: Context): SessionRecord => {
    return clientSessions.requireActive(calls.client(context), context.req.param('id') ?? '');
  };
  const answer = async (context: Context, reverification: Reverification): Promise<Response> => {
    const session = clientSessions.get(calls.client(context), context.req.param('id') ?? '');
    return calls.answerWithSession(context, reverification, session);
  };
  const routes = new Hono();
  routes.post('/:id/verify', async (context) => {
    const { level } = await parseBody(context, startReverificationSchema);
    return answer(context, reverifications.start(sessionOf(context), level));
  });
  routes.post('/:id/verify/prepare_first_factor', async (context) => {
    const fields = await parseBody(context, prepareReverificationSchema);
    const origin = requestOrigin(context);
    return answer(context, reverifications.prepare(sessionOf(context), fields, origin));
  });
  routes.post('/:id/verify/attempt_first_factor', async (context) => {
    const fields = await parseBody(context, attemptReverificationSchema);
    return answer(context, await reverifications.attempt(sessionOf(context), fields));
  });
  routes.post('/:id/verify/prepare_second_factor', async (context) => {
    const fields = await parseBody(context, prepareSecondReverificationSchema);
    return answer(
      context,
      reverifications.prepareSecond(sessionOf(context), fields.phone_number_id),
    );
  });
  routes.post('/:id/verify/attempt_second_factor', async (context) => {
    const fields = await parseBody(context, attemptSecondReverificationSchema);
    return answer(context, await reverifications.attemptSecond(sessionOf(context), fields));
  });
  return routes;
}
