import type { User } from '../users/user.entity.js';
import type {
  ChosenPreferences,
  Preferences,
  PreferencesRepository,
} from './preferences.repository.js';

/** Reads the preferences of a user. */
export class ReadPreferencesUseCase {
  constructor(private readonly preferences: PreferencesRepository) {}

  /**
   * @returns null before the user has chosen any
   * @throws UnavailableError if the store is unavailable
   */
  execute(user: User): Promise<Preferences | null> {
    return this.preferences.find(user.id);
  }
}

/** Replaces the preferences of a user. */
export class ReplacePreferencesUseCase {
  constructor(private readonly preferences: PreferencesRepository) {}

  /**
   * @throws UserDeletedError when the user was deleted in the meantime
   * @throws UnavailableError if the store is unavailable
   */
  execute(user: User, chosen: ChosenPreferences): Promise<Preferences> {
    return this.preferences.replace(user.id, chosen);
  }
}
