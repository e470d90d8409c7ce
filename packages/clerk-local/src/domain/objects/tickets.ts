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
   * @throws {ClerkApiError} 400 for a ticket that is unknown, used, revoked or expired
   */
  find(kinds: readonly TicketKind[], ticket: string): ObjectRecord {
    const found = [...this.options.store.objects.values()].find(
      (object) => object['_ticket'] === ticket && kinds.some((kind) => kind === object.object),
    );
    if (!found) throw invalidTicket('The ticket is invalid.');
    if (found['status'] !== 'pending') {
      throw invalidTicket(`The ticket was ${String(found['status'])} before.`);
    }
    if (Number(found['_expires_at']) <= this.options.now()) {
      throw invalidTicket('The ticket has expired.');
    }
    return found;
  }

  /** Returns the page with a ticket. Objects of earlier versions have it as `_url`. */
  pageOf(record: ObjectRecord): string {
    return String(record['_page'] ?? record['_url']);
  }

  /** Returns the status of an object with a ticket: `expired` if its time is over. */
  statusOf(record: ObjectRecord): string {
    const status = String(record['status']);
    const isExpired = Number(record['_expires_at']) <= this.options.now();
    return status === 'pending' && isExpired ? 'expired' : status;
  }

  /** Marks a ticket as used. */
  accept(record: ObjectRecord): Promise<ObjectRecord> {
    return this.options.objects.update(record, { status: 'accepted' });
  }

  /**
   * Revokes a ticket.
   *
   * @throws {ClerkApiError} 400 if it was used or revoked before
   */
  revoke(kind: TicketKind, id: string): Promise<ObjectRecord> {
    const { objects } = this.options;
    const record = objects.get(kind, id);
    if (record['status'] === 'pending') return objects.update(record, { status: 'revoked' });
    throw new ClerkApiError(400, `${kind}_already_${String(record['status'])}`, 'not pending', {
      longMessage: `The ${kind.replaceAll('_', ' ')} was ${String(record['status'])} before.`,
    });
  }
}

function invalidTicket(longMessage: string): ClerkApiError {
  return new ClerkApiError(400, 'ticket_invalid_code', 'Ticket is invalid', { longMessage });
}
