import { ClerkApiError } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';
import type { Objects } from './objects.js';

/** The kinds of object that carry a ticket. */
export type TicketKind =
  'actor_token' | 'agent_task' | 'invitation' | 'organization_invitation' | 'sign_in_token';

export interface TicketsOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly now: Clock;
}

/** A new object with a ticket. */
export interface NewTicket {
  readonly kind: TicketKind;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly expiresInSeconds: number;
  /** The page to which the ticket is added. */
  readonly page: string;
  /** The action for which the page uses it. */
  readonly action: 'sign_in' | 'sign_up';
}

/** Tickets let a browser sign in or sign up once without a password or a code. */
export class Tickets {
  constructor(private readonly options: TicketsOptions) {}

  async create(ticket: NewTicket): Promise<ObjectRecord> {
    const record = this.issue(ticket);
    await this.options.store.commit();
    return record;
  }

  /**
   * Creates an object with `_ticket`, `_page`, `_url` and the status `pending`. `_url` is the link
   * that people get: the Frontend API redirects it to `_page`. The caller commits the store.
   */
  issue({ kind, fields, expiresInSeconds, page, action }: NewTicket): ObjectRecord {
    const { store, objects, now } = this.options;
    const ticket = store.ids.next('tick');
    const target = new URL(page);
    target.searchParams.set('__clerk_ticket', ticket);
    target.searchParams.set('__clerk_status', action);
    const path = kind === 'agent_task' ? '/v1/agents/tasks' : '/v1/tickets/accept';
    const url = new URL(path, store.url ?? 'http://127.0.0.1');
    url.searchParams.set('ticket', ticket);
    return objects.put(kind, {
      ...fields,
      status: 'pending',
      _ticket: ticket,
      _page: target.href,
      _url: url.href,
      _expires_at: now() + expiresInSeconds * 1000,
    });
  }

  /**
   * Finds the object of a ticket that can still be used.
   *
   * @throws {ClerkApiError} 400 for a ticket that is unknown, used, revoked or expired, with a code
   *   for each
   */
  find(kinds: readonly TicketKind[], ticket: string): ObjectRecord {
    const objects = [...this.options.store.objects.values()];
    for (const kind of kinds) {
      const found = objects.find((each) => each.object === kind && each['_ticket'] === ticket);
      if (found) return this.requireUsable(kind, found);
    }
    throw unusable('ticket_invalid_code', 'The ticket is invalid.');
  }

  private requireUsable(kind: TicketKind, record: ObjectRecord): ObjectRecord {
    const status = this.statusOf(record);
    if (status === 'pending') return record;
    if (status === 'expired') throw unusable('ticket_expired_code', 'The ticket has expired.');
    const { revoked, accepted } = ticketErrors[kind];
    const code = status === 'revoked' ? revoked : accepted;
    throw unusable(code, `The ticket was ${status} before. Each can be used once.`);
  }

  /** Returns the page with a ticket. Objects of earlier versions have it as `_url`. */
  pageOf(record: ObjectRecord): string {
    return String(record['_page'] ?? record['_url']);
  }

  /** Returns the status of an object with a ticket: `expired` if its time is over. */
  statusOf(record: ObjectRecord): string {
    return ticketStatus(record, this.options.now());
  }

  /** Marks a ticket as used. */
  accept(record: ObjectRecord): Promise<ObjectRecord> {
    return this.options.objects.update(record, { status: 'accepted' });
  }

  /**
   * Revokes a ticket.
   *
   * @throws {ClerkApiError} 400 if it was used or revoked before; 404 for such an invitation to an
   *   organization
   */
  revoke(kind: TicketKind, id: string): Promise<ObjectRecord> {
    const { objects } = this.options;
    const record = objects.get(kind, id);
    if (record['status'] === 'pending') return objects.update(record, { status: 'revoked' });
    const status = String(record['status']);
    if (kind === 'organization_invitation') throw invitationNotPending(status);
    const { notRevocable } = ticketErrors[kind];
    throw new ClerkApiError(400, notRevocable ?? `invitation_already_${status}`, 'cannot revoke', {
      longMessage: `The ${kind.replaceAll('_', ' ')} was ${status} before. Only pending ones can be revoked.`,
    });
  }
}

/**
 * Returns the status of an object with a ticket: `expired` if its time is over.
 *
 * @param now milliseconds since the epoch
 */
export function ticketStatus(record: ObjectRecord, now: number): string {
  const status = String(record['status']);
  return status === 'pending' && Number(record['_expires_at']) <= now ? 'expired' : status;
}

/** Creates the 404 error for an invitation to an organization that was accepted or revoked. */
export function invitationNotPending(status: string): ClerkApiError {
  return new ClerkApiError(404, 'organization_invitation_not_pending', 'not pending', {
    longMessage: `The organization invitation is not pending but ${status}.`,
  });
}

interface TicketErrors {
  readonly accepted: string;
  readonly revoked: string;
  /** Of a revocation. Missing: the code names the status. */
  readonly notRevocable?: string;
}

/** Clerk's error codes for tickets that were used or revoked. */
const ticketErrors: Readonly<Record<TicketKind, TicketErrors>> = {
  actor_token: {
    accepted: 'actor_token_already_used_code',
    revoked: 'actor_token_revoked_code',
    notRevocable: 'actor_token_cannot_be_revoked_code',
  },
  agent_task: {
    accepted: 'agent_task_already_used',
    revoked: 'agent_task_revoked',
    notRevocable: 'agent_task_cannot_be_revoked',
  },
  invitation: { accepted: 'invitation_already_accepted', revoked: 'revoked_invitation' },
  organization_invitation: {
    accepted: 'organization_invitation_already_accepted',
    revoked: 'organization_invitation_revoked_code',
  },
  sign_in_token: {
    accepted: 'sign_in_token_already_used_code',
    revoked: 'sign_in_token_revoked_code',
    notRevocable: 'sign_in_token_cannot_be_revoked_code',
  },
};

function unusable(code: string, longMessage: string): ClerkApiError {
  return new ClerkApiError(400, code, 'Ticket cannot be used', { longMessage });
}
