import { describe, expect, test } from 'vitest';
import {
  type ChosenPreferences,
  type Preferences,
  PreferencesRepository,
} from '../../../../src/core/preferences/preferences.repository.js';
import {
  ReadPreferencesUseCase,
  ReplacePreferencesUseCase,
} from '../../../../src/core/preferences/preferences.use-cases.js';
import { aLocalUser } from '../../../support/a-local-user.js';

const updatedAt = '2026-01-15T12:00:00.000Z';
const user = aLocalUser();
const chosen = { language: 'de-AT', timeZone: 'Europe/Vienna' };

/** In memory. */
class Stored extends PreferencesRepository {
  readonly rows = new Map<string, Preferences>();

  override find(userId: string): Promise<Preferences | null> {
    return Promise.resolve(this.rows.get(userId) ?? null);
  }

  override replace(userId: string, given: ChosenPreferences): Promise<Preferences> {
    const stored = { ...given, updatedAt };
    this.rows.set(userId, stored);
    return Promise.resolve(stored);
  }
}

describe('preferences', () => {
  test('are null before they are chosen', async () => {
    expect(await new ReadPreferencesUseCase(new Stored()).execute(user)).toBeNull();
  });

  test('are read as they were replaced', async () => {
    const stored = new Stored();
    const answer = await new ReplacePreferencesUseCase(stored).execute(user, chosen);
    expect(answer).toEqual({ ...chosen, updatedAt });
    expect(await new ReadPreferencesUseCase(stored).execute(user)).toEqual(answer);
  });
});
