import { Hono } from 'hono';
import { toSession, type Session, type Sessions } from '../domain/sessions/sessions.js';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { SessionRecord } from '../domain/state/records.js';
import type { ClientCalls } from './client-calls.js';

/** One of a person's sessions, as the list of their devices shows it. */
type ActiveSession = Omit<Session, 'user_id' | 'client_id'> & {
  readonly latest_activity: {
    readonly object: 'session_activity';
    readonly id: string;
    readonly is_mobile: boolean;
    readonly ip_address: string;
  };
};

/** `/v1/me/sessions`: everywhere that the person is signed in. */
export function mySessionsRoutes(calls: ClientCalls, sessions: Sessions): Hono {
  const routes = new Hono();
  // A plain list: this answer has no `client` beside it.
  routes.get('/active', (context) => {
    const { userId } = calls.session(context);
    return context.json(sessions.active({ userId }).map(toActiveSession));
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
