import type { User } from '../users/user.entity.js';

/** A recorded change of a user, without values. */
export interface UserEvent {
  /** Increases with each event of a user. */
  readonly id: string;
  readonly type: string;
  /** The source of the change. */
  readonly source: string;
  /**
   * The Clerk id of the impersonator whose token carried the change; null without impersonation.
   */
  readonly actor: string | null;
  /** Names of the profile's fields. */
  readonly changed: readonly string[];
  /** ISO 8601 in UTC, to the millisecond. */
  readonly occurredAt: string;
}

export interface UserEventPage {
  /** Newest first. */
  readonly events: readonly UserEvent[];
  /** The id before which the next page begins; null after the last page. */
  readonly nextCursor: string | null;
}

/** The journal of changes to users. Rejects with an UnavailableError if the store is unavailable. */
export abstract class UserJournal {
  /**
   * @param userId the local id
   * @param before only events with a smaller id; null: from the newest
   * @param limit the maximum number of events
   * @returns newest first
   */
  abstract list(userId: string, before: string | null, limit: number): Promise<UserEvent[]>;

  /**
   * Deletes events older than this that every handler has handled.
   *
   * @returns how many were deleted
   */
  abstract prune(olderThanDays: number): Promise<number>;
}

/** Reads a user's own journal, page by page. */
export class ListUserEventsUseCase {
  constructor(private readonly journal: UserJournal) {}

  /**
   * @param cursor of the previous page
   * @throws UnavailableError if the store is unavailable
   */
  async execute(user: User, cursor: string | null, limit: number): Promise<UserEventPage> {
    // Requests one more event, which shows whether there is a next page.
    const found = await this.journal.list(user.id, cursor, limit + 1);
    const events = found.slice(0, limit);
    const nextCursor = found.length > limit ? (events.at(-1)?.id ?? null) : null;
    return { events, nextCursor };
  }
}
