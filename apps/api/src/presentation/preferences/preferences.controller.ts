import { Controller } from '@nestjs/common';
import {
  getPreferences,
  type ParsedEndpointInput,
  type PreferencesResponse,
  replacePreferences,
} from '@populatte/contracts';
import { CurrentUser } from '@populatte/nestjs-clerk-sync';
import type { Preferences } from '../../core/preferences/preferences.repository.js';
import {
  ReadPreferencesUseCase,
  ReplacePreferencesUseCase,
} from '../../core/preferences/preferences.use-cases.js';
import { User } from '../../core/users/user.entity.js';
import { Input, Route } from '../http/route.js';

/** Copies the members that clients may see, and no others. */
function presentPreferences(preferences: Preferences | null): PreferencesResponse {
  return {
    language: preferences?.language ?? null,
    timeZone: preferences?.timeZone ?? null,
    updatedAt: preferences?.updatedAt ?? null,
  };
}

@Controller()
export class PreferencesController {
  constructor(
    private readonly readPreferences: ReadPreferencesUseCase,
    private readonly replacePreferences: ReplacePreferencesUseCase,
  ) {}

  @Route(getPreferences, {
    summary: 'Get the preferences of the signed-in user',
    description: 'All fields are null before the first PUT.',
  })
  async get(@CurrentUser() user: User): Promise<PreferencesResponse> {
    return presentPreferences(await this.readPreferences.execute(user));
  }

  @Route(replacePreferences, {
    summary: 'Replace the preferences of the signed-in user',
    description: 'Replaces both preferences and returns them as stored.',
  })
  async replace(
    @CurrentUser() user: User,
    @Input(replacePreferences) { body }: ParsedEndpointInput<typeof replacePreferences>,
  ): Promise<PreferencesResponse> {
    return presentPreferences(await this.replacePreferences.execute(user, body));
  }
}
