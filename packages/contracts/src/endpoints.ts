import { getUserEvents } from './users/events.endpoints.js';
import { getPreferences, replacePreferences } from './users/preferences.endpoints.js';
import { getMe } from './users/users.endpoints.js';

/** Every endpoint of the API, by resource. The client derives its methods from it. */
export const endpoints = {
  users: {
    me: getMe,
    events: getUserEvents,
    preferences: { get: getPreferences, replace: replacePreferences },
  },
} as const;
