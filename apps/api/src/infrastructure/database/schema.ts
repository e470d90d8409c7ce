/**
 * Every table of the database, for `drizzle-kit`: a table that is missing here gets no migration.
 */
export { userPreferences } from './user-preferences.table.js';
export { endedSessions, userEvents, users } from './users.table.js';
