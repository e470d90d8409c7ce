import type { EventSource } from './user.repository.js';

/** The types of the journal's events. */
export const userEventTypes = ['created', 'updated', 'deleted', 'banned', 'unbanned'] as const;

/** What happened to a user. `updated` is about the profile; bans have their own types. */
export type UserEventType = (typeof userEventTypes)[number];

/** An event of the journal: what changed about a user, without values. */
export interface RecordedUserEvent {
  /** Increases with each event of a user. It stays the same if the event is redelivered. */
  readonly id: string;
  /** The user's local id. */
  readonly userId: string;
  readonly type: UserEventType;
  /** The source of the change. */
  readonly source: EventSource;
  /** Names of the profile's fields: `email`, `name`, `imageUrl`. */
  readonly changed: readonly string[];
  /** The row's version at that time, in milliseconds since the epoch. */
  readonly version: number;
  /** When it was recorded. */
  readonly occurredAt: Date;
}
