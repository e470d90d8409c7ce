import { pgTable } from 'drizzle-orm/pg-core';
import { clerkUserColumns, clerkUserConstraints } from '@populatte/nestjs-clerk-sync';

/** One row per Clerk id; `deleted_at` makes it a tombstone. */
export const users = pgTable('users', clerkUserColumns(), clerkUserConstraints);
