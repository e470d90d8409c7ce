import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ChosenPreferences,
  type Preferences,
  PreferencesRepository,
} from '../../../../src/core/preferences/preferences.repository.js';
import {
  ReadPreferencesUseCase,
  ReplacePreferencesUseCase,
} from '../../../../src/core/preferences/preferences.use-cases.js';
import { PreferencesController } from '../../../../src/presentation/preferences/preferences.controller.js';
import { aLocalUser } from '../../../support/a-local-user.js';
import { aSignedInApp } from '../../../support/signed-in-app.js';

const user = aLocalUser({ name: 'Ada Lovelace' });

/** The port, in memory. */
class InMemoryPreferences extends PreferencesRepository {
  private readonly rows = new Map<string, Preferences>();

  override find(userId: string): Promise<Preferences | null> {
    return Promise.resolve(this.rows.get(userId) ?? null);
  }

  override replace(userId: string, chosen: ChosenPreferences): Promise<Preferences> {
    const stored = { ...chosen, updatedAt: '2026-01-15T12:00:00.000Z' };
    this.rows.set(userId, stored);
    return Promise.resolve(stored);
  }
}

let app: NestFastifyApplication;
beforeAll(async () => {
  const preferences = new InMemoryPreferences();
  app = await aSignedInApp(user, {
    controllers: [PreferencesController],
    providers: [
      { provide: ReadPreferencesUseCase, useValue: new ReadPreferencesUseCase(preferences) },
      { provide: ReplacePreferencesUseCase, useValue: new ReplacePreferencesUseCase(preferences) },
    ],
  });
});
afterAll(() => app.close());

test('replaced preferences are read back', async () => {
  const chosen = { language: 'de-AT', timeZone: 'Europe/Vienna' };
  const url = '/users/me/preferences';
  const replaced = await app.inject({ method: 'PUT', url, payload: chosen });
  expect(replaced.statusCode).toBe(200);
  expect((await app.inject({ url })).json()).toEqual(replaced.json());
  expect(replaced.json()).toMatchObject(chosen);
});

test('an unknown time zone is refused', async () => {
  const payload = { language: 'de', timeZone: 'Europe/Atlantis' };
  const answer = await app.inject({ method: 'PUT', url: '/users/me/preferences', payload });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ issues: [{ path: ['body', 'timeZone'] }] });
});
