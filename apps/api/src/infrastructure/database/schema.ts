/**
 * Every table of the database, for `drizzle-kit`: a table that is missing here gets no migration.
 */
export {
  endedSessions,
  userEventDeliveries,
  userEventHandlers,
  userEvents,
  webhookReceipts,
} from '@populatte/nestjs-clerk-sync';
export { userReconciliation } from '@populatte/nestjs-clerk-sync/internal';
export { users } from './users.table.js';
export { userPreferences } from './user-preferences.table.js';
