import type { Session } from '../../sessions/session-resource.js';
import type { User } from '../../users/user-resource.js';
import {
  toClientUser,
  toPublicUserData,
  type ClientUser,
  type PublicUserData,
} from '../user-resource.js';

export interface Token {
  readonly object: 'token';
  readonly jwt: string;
}

/** A session as the Frontend API shows one. Times are milliseconds since the epoch. */
export type ClientSession = Omit<Session, 'user_id' | 'client_id'> & {
  readonly user: ClientUser | null;
  readonly public_user_data: PublicUserData | null;
  /** Minutes since the first and the second factor were verified; -1: never. */
  readonly factor_verification_age: readonly [number, number];
  readonly last_active_token: Token | null;
  readonly tasks: null;
};

export interface ClientSessionInput {
  readonly session: Session;
  /** Absent where the user was deleted. */
  readonly user: User | undefined;
  /** Absent where the session has ended. */
  readonly jwt: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function toClientSession({ session, user, jwt, now }: ClientSessionInput): ClientSession {
  const { user_id, client_id, ...shown } = session;
  const minutesSinceSignIn = Math.max(0, Math.floor((now - session.created_at) / 60_000));
  return {
    ...shown,
    user: user === undefined ? null : toClientUser(user),
    public_user_data: user === undefined ? null : toPublicUserData(user),
    factor_verification_age: [minutesSinceSignIn, -1],
    last_active_token: jwt === undefined ? null : { object: 'token', jwt },
    tasks: null,
  };
}
