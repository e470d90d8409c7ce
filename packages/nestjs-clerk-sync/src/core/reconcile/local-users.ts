import type { ComparedRow } from '../sync-rule.js';

/** A row, live or deleted. */
export interface LocalRow {
  readonly compared: ComparedRow;
  /** In milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Local users in bulk, for reconciliation. */
export abstract class LocalUsers {
  /** @returns the rows of these users, by Clerk id; users without a row are absent */
  abstract findRows(clerkIds: readonly string[]): Promise<ReadonlyMap<string, LocalRow>>;

  /** @returns how many live users were created before, in milliseconds since the epoch */
  abstract countLive(createdBefore: number): Promise<number>;

  /**
   * @param after the last Clerk id of the previous page; null for the first page
   * @returns Clerk ids of live users that were created before, in the database's order
   */
  abstract livePage(
    after: string | null,
    createdBefore: number,
    limit: number,
  ): Promise<readonly string[]>;
}
