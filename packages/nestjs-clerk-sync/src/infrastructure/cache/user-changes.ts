/** Receives changes of `users` rows by any process. */
export interface UserChangeListener {
  /** The row of this Clerk id was written. */
  changed(clerkId: string): void;

  /** Any row may have been written: notifications were missed, or concern all rows. */
  anythingChanged(): void;
}

/** Reports writes to `users`, and whether the reports are reliable. */
export abstract class UserChanges {
  /**
   * Whether notifications are proven to arrive: every change that was committed longer ago than the
   * lease lasts has been reported. Cheap enough to read on every request.
   *
   * Before this turns true, `anythingChanged` is called: changes may have been missed until then.
   */
  abstract readonly live: boolean;

  /** @param listener receives changes from now on, in addition to earlier listeners */
  abstract subscribe(listener: UserChangeListener): void;
}
