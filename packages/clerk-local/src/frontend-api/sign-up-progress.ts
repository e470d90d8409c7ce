import type { Tickets } from '../domain/objects/tickets.js';
import type { Waitlist } from '../domain/objects/waitlist.js';
import type { OrganizationInvitations } from '../domain/organizations/organization-invitations.js';
import type { Clients } from '../domain/sessions/clients.js';
import {
  missingFields,
  toSignUp,
  unverifiedFields,
  type SignUp,
} from '../domain/sessions/sign-up-resource.js';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import { metadata } from '../domain/shared/parameters.js';
import type { Clock } from '../domain/shared/ports.js';
import type { SignUpRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { Store } from '../domain/state/store.js';
import type { Users } from '../domain/users/users.js';
import type { ClientSessions } from './client-sessions.js';
import { signedUpUser } from './signed-up-user.js';

export interface SignUpProgressOptions {
  readonly store: Store;
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
  readonly users: Users;
  readonly tickets: Tickets;
  readonly organizationInvitations: OrganizationInvitations;
  readonly waitlist: Waitlist;
  readonly features: Features;
  readonly now: Clock;
}

const invitationKinds = ['invitation', 'organization_invitation'] as const;

/** The sign-up in progress of a browser: its creation, storage and completion. */
export class SignUpProgress {
  constructor(private readonly options: SignUpProgressOptions) {}

  /** Creates a sign-up that belongs to no browser yet. */
  newRecord(): SignUpRecord {
    return {
      id: this.options.users.newContext().ids.next('sua'),
      email: null,
      emailCode: 'not_sent',
      emailStrategy: 'email_code',
      passwordHash: null,
      firstName: null,
      lastName: null,
      locale: null,
      unsafeMetadata: {},
      username: null,
      phone: null,
      phoneCode: 'not_sent',
      wallet: null,
      requiredFields: [
        'email_address',
        'password',
        'first_name',
        'last_name',
        ...(this.options.features.has('username') ? (['username'] as const) : []),
      ],
      externalId: null,
      customAction: false,
      provider: null,
      completed: null,
      ticket: null,
      createdAt: this.options.now(),
    };
  }

  /** An invitation verifies its email address. */
  invited(record: SignUpRecord, ticket: string): SignUpRecord {
    const invitation = this.options.tickets.find(invitationKinds, ticket);
    const email = String(invitation['email_address']);
    return { ...record, email, emailCode: 'verified', ticket };
  }

  /** @throws {ClerkApiError} 404 unless this is the browser's sign-up in progress */
  record({ signUp }: ClientRecord, id: string): SignUpRecord {
    if (signUp?.id === id) return signUp;
    throw resourceNotFound(`No sign up was found with id ${id}`);
  }

  /** Stores the sign-up in the browser. */
  async keep(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    await this.options.clients.update(client, { signUp: record });
    return toSignUp({ record });
  }

  /** Stores the sign-up. If nothing is missing, creates the user and signs them in. */
  async save(client: ClientRecord, record: SignUpRecord): Promise<SignUp> {
    const { store, clientSessions, users, now } = this.options;
    if (
      record.customAction ||
      unverifiedFields(record).length > 0 ||
      missingFields(record).length > 0
    ) {
      return this.keep(client, record);
    }
    const { tickets, organizationInvitations, waitlist } = this.options;
    const invitation =
      record.ticket === null ? undefined : tickets.find(invitationKinds, record.ticket);
    const isOrganization = invitation?.object === 'organization_invitation';
    const publicMetadata = metadata.parse(
      isOrganization ? {} : (invitation?.['public_metadata'] ?? {}),
    );
    const newRecord = signedUpUser(record, now(), users.newContext().ids);
    const user = await users.add({ ...newRecord, publicMetadata });
    if (invitation && isOrganization) await organizationInvitations.accept(invitation, user.id);
    else if (invitation) await tickets.accept(invitation);
    if (record.email !== null) await waitlist.complete(record.email);
    const session = await clientSessions.start(client, user.id);
    const completed = { record, completed: { sessionId: session.id, userId: user.id } };
    store.completedSignUps.set(record.id, completed);
    await store.commit();
    // The application reads the result when the browser is back.
    if (record.provider || record.emailStrategy === 'email_link') {
      await this.keep(client, { ...record, completed: completed.completed });
    }
    return toSignUp(completed);
  }
}
