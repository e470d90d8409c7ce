/** The preferences that a user has chosen. */
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
 * Stores the users' preferences. They are erased with the user. Every method rejects with an
 * UnavailableError if the store is unavailable; any other rejection is a bug.
 */
export abstract class PreferencesRepository {
  /** @returns the user's preferences, or null if the user has not chosen any */
  abstract find(userId: string): Promise<Preferences | null>;

  /**
   * Stores the preferences, replacing any earlier ones.
   *
   * @returns the preferences as stored
   * @throws UserDeletedError when the user is deleted, even concurrently; nothing is stored then
   */
  abstract replace(userId: string, chosen: ChosenPreferences): Promise<Preferences>;
}
