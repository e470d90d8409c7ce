import type { Clients } from '../domain/sessions/clients.js';
import type { NewSession, Session, Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError, resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { Clock } from '../domain/shared/ports.js';
import type { ClientRecord, SessionRecord } from '../domain/state/session-records.js';
import type { Users } from '../domain/users/users.js';

export interface ClientSessionsOptions {
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly users: Users;
  /** Several accounts per browser. */
  readonly multiSession: boolean;
  readonly now: Clock;
}

/** The sessions of a browser: one, or one per account with `multi_session`. */
export class ClientSessions {
  constructor(private readonly options: ClientSessionsOptions) {}

  /** Lists the browser's active sessions, oldest first. */
  active({ id }: ClientRecord): SessionRecord[] {
    return this.options.sessions.active({ clientId: id });
  }

  /** Signs a user in. Ends any sign-in or sign-up in progress. */
  async start(
    client: ClientRecord,
    userId: string,
    begin: Omit<NewSession, 'clientId'> = {},
  ): Promise<Session> {
    const { clients, sessions, users, now } = this.options;
    this.requireNotSignedIn(client, userId);
    const session = await sessions.create(userId, { clientId: client.id, ...begin });
    await users.recordSignIn(userId);
    await clients.update(client, {
      signIn: null,
      signUp: null,
      lastActiveSessionId: session.id,
      updatedAt: now(),
    });
    return session;
  }

  /** @throws {ClerkApiError} 404 for an unknown session and for another browser's session */
  get(client: ClientRecord, id: string): Session {
    const session = this.options.sessions.get(id);
    if (session.client_id === client.id) return session;
    throw resourceNotFound(`No session was found with id ${id}`);
  }

  /** @throws {ClerkApiError} like `get`, and 401 for a session that has ended */
  requireActive(client: ClientRecord, id: string): SessionRecord {
    this.get(client, id);
    return this.options.sessions.requireActive(id);
  }

  /** Sets the last active session. This is not a sign-in, so existing tokens stay valid. */
  async select(client: ClientRecord, id: string): Promise<void> {
    await this.options.clients.update(client, {
      lastActiveSessionId: id,
      // The application has read the result of a visit at a provider.
      ...(client.signIn?.sessionId ? { signIn: null } : {}),
      ...(client.signUp?.completed ? { signUp: null } : {}),
    });
  }

  /** Ends a session and signs the browser out of it. */
  async end(client: ClientRecord, id: string, status: 'ended' | 'removed'): Promise<Session> {
    this.get(client, id);
    const session = await this.options.sessions.end(id, status);
    await this.signedOut(client);
    return session;
  }

  /** Signs the browser out of all sessions. */
  async removeAll(client: ClientRecord): Promise<void> {
    for (const { id } of this.active(client)) await this.options.sessions.end(id, 'removed');
    await this.signedOut(client);
  }

  /** @throws {ClerkApiError} 400 `session_exists`; Clerk's components then continue signed in */
  requireSignedOut(client: ClientRecord): void {
    if (this.options.multiSession || this.active(client).length === 0) return;
    throw new ClerkApiError(400, 'session_exists', 'Session already exists', {
      longMessage:
        "You're currently in single session mode. You can only be signed into one account at a time.",
    });
  }

  /** With several accounts, an account can still be signed in only once per browser. */
  private requireNotSignedIn(client: ClientRecord, userId: string): void {
    const session = this.active(client).find((each) => each.userId === userId);
    if (session === undefined) return;
    throw new ClerkApiError(400, 'identifier_already_signed_in', 'Already signed in', {
      longMessage: "You're already signed in.",
      meta: { session_id: session.id },
    });
  }

  private async signedOut(client: ClientRecord): Promise<void> {
    const { clients, now } = this.options;
    const lastActiveSessionId = this.active(client).at(-1)?.id ?? null;
    await clients.update(client, { lastActiveSessionId, updatedAt: now() });
  }
}
