import { ClerkApiError } from '../shared/clerk-api-error.js';
import { inOrder, type Order } from '../shared/ordering.js';
import type { ObjectRecord } from '../state/records.js';
import type { EmitEvent } from '../state/webhook-records.js';
import type { Store } from '../state/store.js';
import { present, type Objects } from './objects.js';

export interface WaitlistOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly emit: EmitEvent;
}

/** The entries of people who wait for an invitation, with Clerk's errors and events. */
export class Waitlist {
  constructor(private readonly options: WaitlistOptions) {}

  list(
    filter: { readonly status?: string | undefined; readonly query?: string | undefined },
    order: Order,
  ): object[] {
    const found = this.options.objects
      .list('waitlist_entry')
      .filter((each) => filter.status === undefined || each['status'] === filter.status)
      .filter((each) => String(each['email_address']).includes(filter.query?.toLowerCase() ?? ''))
      .map((each) => ({ ...each, invited_at: invitedAt(each) }));
    return inOrder(found, order).map(({ id }) => this.present(this.get(id)));
  }

  get(id: string): ObjectRecord {
    return this.options.objects.get('waitlist_entry', id);
  }

  /**
   * Adds an address, or returns its entry if it is on the waitlist already.
   *
   * @param email normalised
   */
  async join(email: string): Promise<{ readonly id: string }> {
    const { objects, emit, store } = this.options;
    const known = objects.list('waitlist_entry').find((each) => each['email_address'] === email);
    if (known !== undefined) return { ...this.present(known), id: known.id };
    const record = await objects.add('waitlist_entry', {
      email_address: email,
      status: 'pending',
      is_locked: false,
      _invitation: null,
    });
    emit('waitlistEntry.created', this.present(record));
    await store.commit();
    return { ...this.present(record), id: record.id };
  }

  /** @throws {ClerkApiError} 400 for an entry whose status does not allow it */
  async change(
    id: string,
    status: 'invited' | 'rejected' | 'completed',
    invitation: object | null = null,
  ): Promise<object> {
    const { objects, emit, store } = this.options;
    const record = this.get(id);
    if (record['status'] === 'completed' || record['status'] === status) {
      throw new ClerkApiError(400, `waitlist_entry_already_${status}`, `already ${status}`);
    }
    const changed = await objects.update(record, { status, _invitation: invitation });
    emit('waitlistEntry.updated', this.present(changed));
    await store.commit();
    return this.present(changed);
  }

  /** Completes the entry of an address that has signed up, if there is one. */
  async complete(email: string): Promise<void> {
    const entry = this.options.objects
      .list('waitlist_entry')
      .find((each) => each['email_address'] === email && each['status'] === 'invited');
    if (entry) await this.change(entry.id, 'completed');
  }

  delete(id: string): Promise<object> {
    return this.options.objects.delete('waitlist_entry', id);
  }

  private present(record: ObjectRecord): object {
    const invitation = record['_invitation'];
    return invitation === null || invitation === undefined
      ? present(record)
      : { ...present(record), invitation };
  }
}

/** @returns `null` for an entry that was not invited */
function invitedAt(record: ObjectRecord): number | null {
  const invitation = record['_invitation'];
  if (typeof invitation !== 'object' || invitation === null) return null;
  const time: unknown = Reflect.get(invitation, 'created_at');
  return typeof time === 'number' ? time : null;
}
