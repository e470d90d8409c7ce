import type { ClientRecord } from '../clients/client-record.js';
import type { Clock } from '../clock.js';
import type { Session } from '../sessions/session-resource.js';
import { toSession } from '../sessions/session-resource.js';
import type { SessionTokens } from '../tokens/session-tokens.js';
import type { User } from '../users/user-resource.js';
import type { Users } from '../users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { toClient, type ClientResource } from './client-resource.js';
import { toClientSession, type ClientSession } from './sessions/session-resource.js';
import { toSignIn } from './sign-in/sign-in-resource.js';
import { toSignUp } from './sign-up/sign-up-resource.js';

export interface PresenterOptions {
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly tokens: SessionTokens;
  readonly now: Clock;
}

/** Shows browsers and sessions as the Frontend API does: with users, and with a fresh token. */
export class Presenter {
  constructor(private readonly options: PresenterOptions) {}

  /** @param origin the request's `Origin`; becomes the tokens' `azp` */
  async client(record: ClientRecord, origin: string | undefined): Promise<ClientResource> {
    const { signIn, signUp } = record;
    const active = this.options.clientSessions.active(record).map(toSession);
    return toClient(record, {
      sessions: await Promise.all(active.map((session) => this.session(session, origin))),
      signIn: signIn && toSignIn({ record: signIn, user: this.#user(signIn.userId) }),
      signUp: signUp && toSignUp({ record: signUp }),
    });
  }

  /** A session, with a token while it is active. */
  async session(session: Session, origin: string | undefined): Promise<ClientSession> {
    const { tokens, now } = this.options;
    const sessionId = session.id;
    const active = session.status === 'active';
    return toClientSession({
      session,
      user: this.#user(session.user_id),
      jwt: active ? await tokens.create({ sessionId, origin }) : undefined,
      now: now(),
    });
  }

  #user(id: string | null): User | undefined {
    const { users } = this.options;
    return id !== null && users.directory.has(id) ? users.get(id) : undefined;
  }
}
