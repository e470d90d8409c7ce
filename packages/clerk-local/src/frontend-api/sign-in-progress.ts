import {
  ClerkApiError,
  invalidParameter,
  resourceNotFound,
} from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import type { Clients } from '../domain/sessions/clients.js';
import type { SignInRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { UserRecord } from '../domain/state/user-records.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { secondFactors, toSignIn, type SignIn, type Strategy } from './sign-in-resource.js';

export interface SignInProgressOptions {
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly features: Features;
}

/** The sign-in in progress of a browser: its creation, storage and completion. */
export class SignInProgress {
  constructor(private readonly options: SignInProgressOptions) {}

  /** Milliseconds since the epoch. */
  now(): number {
    return this.options.users.newContext().now;
  }

  /** Creates a sign-in that belongs to no browser yet. */
  newRecord(
    fields: Partial<Pick<SignInRecord, 'identifier' | 'userId' | 'provider' | 'passkey'>>,
  ): SignInRecord {
    const { now, ids } = this.options.users.newContext();
    return {
      id: ids.next('sia'),
      identifier: null,
      userId: null,
      codeSent: false,
      codeStrategy: 'email_code',
      stage: 'first_factor',
      provider: null,
      passkey: null,
      wallet: null,
      device: null,
      sessionId: null,
      createdAt: now,
      ...fields,
    };
  }

  /** Requires the second factor, if the user has one. */
  pass(
    client: ClientRecord,
    record: SignInRecord,
    { id }: UserRecord,
    strategy: Strategy,
  ): Promise<SignIn> {
    if (secondFactors(this.options.users.get(id)) === null) {
      return this.complete(client, record, id, strategy);
    }
    // Tells the page that waits for the link that the user has followed it.
    const codeSent = strategy === 'email_link';
    return this.keep(client, { ...record, stage: 'second_factor', codeSent });
  }

  /** Signs the user in. */
  async complete(
    client: ClientRecord,
    record: SignInRecord,
    userId: string,
    strategy: Strategy,
  ): Promise<SignIn> {
    const { clientSessions } = this.options;
    // Checked after the last await: a concurrent attempt may have signed in.
    clientSessions.requireSignedOut(client);
    const secondFactor = record.stage === 'second_factor';
    const session = await clientSessions.start(client, userId, { secondFactor });
    // The application reads the result when the browser is back, or while it waits for a link.
    if (record.provider || strategy === 'email_link') {
      return this.keep(client, { ...record, sessionId: session.id });
    }
    return this.show(record, { sessionId: session.id, strategy });
  }

  /** Stores the sign-in in the browser. */
  async keep(client: ClientRecord, record: SignInRecord): Promise<SignIn> {
    await this.options.clients.update(client, { signIn: record });
    return this.show(record);
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-in in progress */
  record({ signIn }: ClientRecord, id: string): SignInRecord {
    if (signIn?.id === id) return signIn;
    throw resourceNotFound(`No sign in was found with id ${id}`);
  }

  /** @throws {ClerkApiError} 422 without an identifier */
  requireUser({ userId }: SignInRecord): UserRecord {
    if (userId !== null) return this.options.users.directory.get(userId);
    throw invalidParameter('identifier', 'form_param_missing', 'is missing');
  }

  /** Presents a sign-in. */
  show(record: SignInRecord, completed?: { sessionId: string; strategy: Strategy }): SignIn {
    const user = record.userId === null ? undefined : this.options.users.get(record.userId);
    const { features } = this.options;
    return toSignIn({ record, user, features, ...(completed && { completed }) });
  }
}

/** Creates the error for a step that is not possible now. */
export function wrongStage(longMessage: string): ClerkApiError {
  return new ClerkApiError(400, 'client_state_invalid', 'Invalid action', { longMessage });
}
