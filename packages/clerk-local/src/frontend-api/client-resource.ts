import type { ClientRecord } from '../clients/client-record.js';
import type { ClientSession } from './sessions/session-resource.js';
import type { SignIn } from './sign-in/sign-in-resource.js';
import type { SignUp } from './sign-up/sign-up-resource.js';

/** A browser as the Frontend API shows one. Times are milliseconds since the epoch. */
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

export interface ClientParts {
  readonly sessions: readonly ClientSession[];
  readonly signIn: SignIn | null;
  readonly signUp: SignUp | null;
}

export function toClient(record: ClientRecord, parts: ClientParts): ClientResource {
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
