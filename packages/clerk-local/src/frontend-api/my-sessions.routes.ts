import { Hono } from 'hono';
import { toSession, type Session, type Sessions } from '../domain/sessions/sessions.js';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import type { ClientCalls } from './client-calls.js';

/** A session, as the list of the user's devices shows it. */
type ActiveSession = Omit<Session, 'user_id' | 'client_id'> & {
  readonly latest_activity: {
    readonly object: 'session_activity';
    readonly id: string;
    readonly is_mobile: boolean;
    readonly ip_address: string;
  };
};

/** `/v1/me/sessions`: the sessions of the signed-in user on all devices. */
export function mySessionsRoutes(calls: ClientCalls, sessions: Sessions): Hono {
  const routes = new Hono();
  // Clerk returns plain lists here, without `client`.
  routes.get('/active', (context) => {
    const { userId } = calls.session(context);
    return context.json(sessions.active({ userId }).map(toActiveSession));
  });
  routes.get('/', (context) => {
    const { userId } = calls.session(context);
    return calls.answerSessions(context, sessions.list({ userId }));
  });
  routes.post('/:id/revoke', async (context) => {
    const { userId } = calls.session(context);
    const id = context.req.param('id');
    if (sessions.get(id).user_id !== userId) {
      throw resourceNotFound(`No session was found with id ${id}`);
    }
    return calls.answerSession(context, await sessions.end(id, 'revoked'));
  });
  return routes;
}

function toActiveSession(record: SessionRecord): ActiveSession {
  const { user_id, client_id, ...session } = toSession(record);
  return {
    ...session,
    latest_activity: {
      object: 'session_activity',
      id: record.id.replace(/^sess_/, 'sess_activity_'),
      is_mobile: false,
      ip_address: '127.0.0.1',
    },
  };
}
