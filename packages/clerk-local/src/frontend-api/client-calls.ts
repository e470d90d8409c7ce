import type { Context } from 'hono';
import type { Clients } from '../domain/sessions/clients.js';
import type { Session } from '../domain/sessions/sessions.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { ClientRecord, SessionRecord } from '../domain/state/session-records.js';
import type { User } from '../domain/users/user-resource.js';
import { requestOrigin } from '../http/request.js';
import type { ClientSessions } from './client-sessions.js';
import { clientToken } from './native-clients.js';
import type { Presenter } from './presenter.js';

export interface ClientCallsOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly presenter: Presenter;
}

/** Identifies the browser and session of a call, and sends responses with the browser's state. */
export class ClientCalls {
  constructor(private readonly options: ClientCallsOptions) {}

  /**
   * Returns the calling browser or native application.
   *
   * @throws {ClerkApiError} 401 `dev_browser_unauthenticated`
   */
  client(context: Context): ClientRecord {
    return this.options.clients.require(clientToken(context));
  }

  /**
   * Returns the session of the call: the session that the call names, else the last active session.
   *
   * @throws {ClerkApiError} 401 `authentication_invalid`
   */
  session(context: Context): SessionRecord {
    const client = this.client(context);
    const id = context.req.query('_clerk_session_id') ?? client.lastActiveSessionId;
    const session = this.options.clientSessions.active(client).find((active) => active.id === id);
    if (session) return session;
    throw new ClerkApiError(401, 'authentication_invalid', 'Invalid authentication', {
      longMessage: 'Unable to authenticate the request, you need to supply an active session',
    });
  }

  /** Responds with `{ response, client }`: every response includes the browser's current state. */
  async answer(context: Context, response: object): Promise<Response> {
    const client = await this.present(context);
    return context.json({ response, client });
  }

  /** Responds with the browser. */
  async answerClient(context: Context): Promise<Response> {
    return context.json({ response: await this.present(context), client: null });
  }

  /** Responds with a session of the browser. */
  async answerSession(context: Context, session: Session): Promise<Response> {
    const response = await this.options.presenter.session(session, requestOrigin(context));
    return this.answer(context, response);
  }

  /** Responds with an object that contains a session of the browser. */
  async answerWithSession(context: Context, response: object, session: Session): Promise<Response> {
    const shown = await this.options.presenter.session(session, requestOrigin(context));
    return this.answer(context, { ...response, session: shown });
  }

  /** Responds with sessions of all browsers, as a plain list without `client`. */
  answerSessions(context: Context, sessions: readonly Session[]): Response {
    const { presenter } = this.options;
    return context.json(sessions.map((session) => presenter.listedSession(session)));
  }

  /** Responds with the signed-in user. */
  answerUser(context: Context, user: User): Promise<Response> {
    return this.answer(context, this.options.presenter.signedIn(user));
  }

  private present(context: Context): Promise<object> {
    return this.options.presenter.client(this.client(context), requestOrigin(context));
  }
}
