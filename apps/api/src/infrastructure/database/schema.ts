/**
 * Every table of the database, for `drizzle-kit`: a table that is missing here gets no migration.
 */
export { endedSessions, userEvents, users } from '@populatte/nestjs-clerk-sync';
export { userReconciliation } from '@populatte/nestjs-clerk-sync/internal';
export { userPreferences } from './user-preferences.table.js';
