/** Is told of writes to `users`, by whatever process. */
export interface UserChangeListener {
  /** The row of this Clerk id was written. */
  changed(clerkId: string): void;

  /** Any row may have been written: changes were missed, or concern all of them. */
  anythingChanged(): void;
}

/** Tells what is written to `users`, and whether that can be relied on at this moment. */
export abstract class UserChanges {
  /**
   * Whether changes arrive: every one that was committed longer ago than the lease lasts has been
   * told. Cheap enough to be asked by every request.
   */
  abstract readonly live: boolean;

  /** @param listener is told from now on; one at a time */
  abstract subscribe(listener: UserChangeListener): void;
}
