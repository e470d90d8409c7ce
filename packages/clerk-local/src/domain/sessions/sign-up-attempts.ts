import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { SignUpRecord } from '../state/attempt-records.js';
import type { ClientRecord } from '../state/session-records.js';
import type { Store } from '../state/store.js';
import { toSignUp, type SignUp } from './sign-up-resource.js';

/** A sign-up as the Backend API returns it. */
export type BackendSignUp = Omit<SignUp, 'has_password'>;

/** The fields of a sign-up that a server may set. */
export interface SignUpChange {
  readonly externalId?: string | null | undefined;
  readonly customAction?: boolean | null | undefined;
}

/** The sign-ups of all browsers, in progress and complete. */
export class SignUpAttempts {
  constructor(private readonly store: Store) {}

  /** @throws {ClerkApiError} 404 */
  get(id: string): BackendSignUp {
    const found = this.inProgress(id);
    if (found) return withoutPasswordFlag(toSignUp({ record: found.record }));
    const completed = this.store.completedSignUps.get(id);
    if (completed) return withoutPasswordFlag(toSignUp(completed));
    throw resourceNotFound(`No sign up was found with id ${id}`);
  }

  /** @throws {ClerkApiError} 404, and 400 for a sign-up that is complete */
  async update(id: string, change: SignUpChange): Promise<BackendSignUp> {
    this.get(id);
    const found = this.inProgress(id);
    if (!found) {
      throw new ClerkApiError(403, 'sign_up_cannot_be_updated', 'Sign up cannot be updated', {
        longMessage: 'The sign-up is complete. Change its user instead.',
      });
    }
    const { client, record } = found;
    const signUp = {
      ...record,
      externalId: change.externalId === undefined ? record.externalId : change.externalId,
      customAction: change.customAction ?? record.customAction,
    };
    this.store.clients.set(client.devBrowser, { ...client, signUp });
    await this.store.commit();
    return this.get(id);
  }

  private inProgress(
    id: string,
  ): { readonly client: ClientRecord; readonly record: SignUpRecord } | undefined {
    for (const client of this.store.clients.values()) {
      if (client.signUp?.id === id) return { client, record: client.signUp };
    }
    return undefined;
  }
}

function withoutPasswordFlag({ has_password, ...signUp }: SignUp): BackendSignUp {
  return signUp;
}
