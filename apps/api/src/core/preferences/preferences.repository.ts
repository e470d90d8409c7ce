/** What a user has chosen. */
export interface ChosenPreferences {
  /** A BCP 47 language tag. */
  readonly language: string;
  /** The name of an IANA time zone. */
  readonly timeZone: string;
}

/** Preferences as stored. */
export interface Preferences extends ChosenPreferences {
  /** ISO 8601 in UTC, to the millisecond. */
  readonly updatedAt: string;
}

/**
 * Stores the users’ preferences. They are erased with the user. Every method rejects with an
 * UnavailableError when the store cannot answer; any other rejection is a bug.
 */
export abstract class PreferencesRepository {
  /** @returns the user’s preferences, or null if the user has not chosen any */
  abstract find(userId: string): Promise<Preferences | null>;

  /**
   * Stores the preferences in place of any earlier ones, unless the user is deleted: also if the
   * deletion happens at the same time, no preferences are stored for a deleted user.
   *
   * @returns the preferences as stored, or null if the user is deleted
   */
  abstract replace(userId: string, chosen: ChosenPreferences): Promise<Preferences | null>;
}
