import type { SessionTokens } from '../domain/sessions/session-tokens.js';
import type { Organizations } from '../domain/organizations/organizations.js';
import { type Session, toSession } from '../domain/sessions/sessions.js';
import type { Features } from '../domain/shared/features.js';
import type { Clock } from '../domain/shared/ports.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { User } from '../domain/users/user-resource.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { toSignIn, type SignIn } from './sign-in-resource.js';
import { toSignUp, type SignUp } from '../domain/sessions/sign-up-resource.js';
import {
  toClientUser,
  toPublicUserData,
  type ClientUser,
  type PublicUserData,
} from './user-resource.js';

export interface PresenterOptions {
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly tokens: SessionTokens;
  readonly features: Features;
  readonly now: Clock;
}

/** Presents browsers and sessions with their users and a new session token. */
export class Presenter {
  constructor(private readonly options: PresenterOptions) {}

  /**
   * Presents a browser with its sessions.
   *
   * @param origin the request's `Origin`, which becomes the tokens' `azp`
   */
  async client(record: ClientRecord, origin: string | undefined): Promise<ClientResource> {
    const { signIn, signUp } = record;
    const { features } = this.options;
    const active = this.options.clientSessions.active(record).map(toSession);
    return toClient(record, {
      sessions: await Promise.all(active.map((session) => this.session(session, origin))),
      signIn: signIn && toSignIn({ record: signIn, user: this.user(signIn.userId), features }),
      signUp: signUp && toSignUp({ record: signUp }),
    });
  }

  /** Presents a session, with a token unless it has ended. */
  async session(session: Session, origin: string | undefined): Promise<ClientSession> {
    const { tokens } = this.options;
    const isLive = session.status === 'active' || session.status === 'pending';
    const jwt = isLive ? await tokens.create({ sessionId: session.id, origin }) : undefined;
    return this.sessionWithToken(session, jwt);
  }

  /** Presents a session, perhaps of another browser, without a token. */
  listedSession(session: Session): ClientSession {
    return this.sessionWithToken(session, undefined);
  }

  private sessionWithToken(session: Session, jwt: string | undefined): ClientSession {
    const { tokens, now } = this.options;
    const user = this.user(session.user_id);
    return toClientSession({
      session,
      user,
      shownUser: user && this.signedIn(user),
      jwt,
      factorAge: tokens.factorAge(session.id, now()),
    });
  }

  /** Presents the signed-in user with their organizations. */
  signedIn(user: User): ClientUser {
    const { organizations, users } = this.options;
    const { passkeys } = users.directory.get(user.id);
    return toClientUser(user, organizations.members.list({ userId: user.id }), passkeys);
  }

  private user(id: string | null): User | undefined {
    const { users } = this.options;
    return id !== null && users.directory.has(id) ? users.get(id) : undefined;
  }
}

/** A browser as the Frontend API returns it. Times are milliseconds since the epoch. */
export interface ClientResource {
  readonly object: 'client';
  readonly id: string;
  readonly sessions: readonly ClientSession[];
  readonly sign_in: SignIn | null;
  readonly sign_up: SignUp | null;
  readonly last_active_session_id: string | null;
  readonly last_authentication_strategy: null;
  readonly cookie_expires_at: null;
  readonly captcha_bypass: boolean;
  readonly created_at: number;
  readonly updated_at: number;
}

interface ClientParts {
  readonly sessions: readonly ClientSession[];
  readonly signIn: SignIn | null;
  readonly signUp: SignUp | null;
}

function toClient(record: ClientRecord, parts: ClientParts): ClientResource {
  return {
    object: 'client',
    id: record.id,
    sessions: parts.sessions,
    sign_in: parts.signIn,
    sign_up: parts.signUp,
    last_active_session_id: record.lastActiveSessionId,
    last_authentication_strategy: null,
    cookie_expires_at: null,
    captcha_bypass: true,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

export interface Token {
  readonly object: 'token';
  readonly jwt: string;
}

/** A session as the Frontend API returns it. Times are milliseconds since the epoch. */
export type ClientSession = Omit<Session, 'user_id' | 'client_id'> & {
  readonly user: ClientUser | null;
  readonly public_user_data: PublicUserData | null;
  /** Minutes since the first and the second factor were verified. -1 means never. */
  readonly factor_verification_age: readonly [number, number];
  readonly last_active_token: Token | null;
};

interface ClientSessionInput {
  readonly session: Session;
  /** Missing if the user was deleted. */
  readonly user: User | undefined;
  readonly shownUser: ClientUser | undefined;
  /** Missing if the session has ended. */
  readonly jwt: string | undefined;
  readonly factorAge: readonly [number, number];
}

function toClientSession({
  session,
  user,
  shownUser,
  jwt,
  factorAge,
}: ClientSessionInput): ClientSession {
  const { user_id, client_id, ...shown } = session;
  return {
    ...shown,
    user: shownUser ?? null,
    public_user_data: user === undefined ? null : toPublicUserData(user),
    factor_verification_age: factorAge,
    last_active_token: jwt === undefined ? null : { object: 'token', jwt },
  };
}
