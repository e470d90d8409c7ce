import { DomainError } from '../errors.js';
import type { Profile } from '../profile.js';

/**
 * Clerk's list does not advance, so reading it would never end. The message is for the
 * operator.
 */
export class RepeatingListError extends DomainError<'clerk_unavailable'> {
  readonly code = 'clerk_unavailable';

  constructor() {
    super(
      'Clerk’s user list returned the same page twice. A proxy may be caching it: check CLERK_API_URL, then run the command again; it resumes. No user was deleted.',
    );
  }
}

/** A user in Clerk's list. */
export interface ListedUser {
  readonly clerkId: string;
  /** When Clerk created the user, in milliseconds since the epoch; null if Clerk does not say. */
  readonly createdAt: number | null;
  /** Null if the entry cannot be read as a user; it still proves that the user exists. */
  readonly profile: Profile | null;
}

/** The position at which a page of the list begins. */
export interface ListCursor {
  /** The last user of the previous page. */
  readonly startingAfter: string | null;
  /** Lists only users that were created after it, in milliseconds since the epoch. */
  readonly createdAfter: number | null;
}

/** Identifies a Clerk instance. Any property may be unknown. */
export interface ClerkInstance {
  /** The `iss` of the instance's tokens. It changes with the domain. */
  readonly issuer: string | null;
  /** Clerk's id of the instance. */
  readonly instanceId: string | null;
  /** The `kid`s of the instance's signing keys. */
  readonly keyIds: readonly string[];
}

/** @returns whether both are the same instance, by the most reliable property that both have */
export function isSameInstance(one: ClerkInstance, other: ClerkInstance): boolean {
  if (one.instanceId !== null && other.instanceId !== null) {
    return one.instanceId === other.instanceId;
  }
  if (one.keyIds.length > 0 && other.keyIds.length > 0) {
    return one.keyIds.some((kid) => other.keyIds.includes(kid));
  }
  return one.issuer === null || other.issuer === null || one.issuer === other.issuer;
}

/** The users of a Clerk instance, as its Backend API lists them. */
export abstract class ClerkUsers {
  /** Users per page. Clerk may list fewer; only an empty page is the end. */
  abstract readonly pageSize: number;
  /** Maximum number of ids per call of `findMany`. */
  abstract readonly batchSize: number;
  /** Requests so far, retries included. */
  abstract readonly requests: number;

  /** @returns which instance the secret key belongs to */
  abstract instance(): Promise<ClerkInstance>;

  /** @returns how many users the instance has */
  abstract count(): Promise<number>;

  /**
   * @returns users by time of creation, oldest first; null if Clerk no longer has the cursor's user
   */
  abstract listPage(cursor: ListCursor): Promise<readonly ListedUser[] | null>;

  /** @returns users by time of their last change, newest first, without the first `offset` ones */
  abstract listRecent(offset: number): Promise<readonly ListedUser[]>;

  /** @returns the users among these ids that Clerk's list has */
  abstract findMany(clerkIds: readonly string[]): Promise<readonly ListedUser[]>;

  /** @returns the user, or null if Clerk answers that there is none */
  abstract find(clerkId: string): Promise<ListedUser | null>;
}
