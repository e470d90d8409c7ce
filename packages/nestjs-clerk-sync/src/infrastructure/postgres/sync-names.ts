import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { ClerkUserTable } from './clerk-columns.js';

/**
 * The longest name of a table of users, in bytes. PostgreSQL cuts a name after 63 bytes, and two functions
 * are named by the table, `_notify_` and a purpose, whose first letter must remain.
 */
export const maxTableNameBytes = 54;

/** @returns whether the functions of a table of this name have different names in PostgreSQL */
export function isShortName(table: string): boolean {
  return Buffer.byteLength(table) <= maxTableNameBytes;
}

/** Names in the database that belong to a table of users. */
export interface SyncNames {
  /** The table, quoted, with its schema if the application names one. */
  readonly name: string;
  /** The table of ended sessions, quoted. */
  readonly ended: string;
  /** Triggers on the table. */
  readonly changed: string;
  readonly truncated: string;
  readonly recorded: string;
  /** The trigger on the table of ended sessions. */
  readonly sessionEnded: string;
}

/** @returns the names that belong to this table */
export function syncNames(users: ClerkUserTable): SyncNames {
  const { name, schema } = getTableConfig(users);
  return {
    name: qualified(schema, name),
    ended: qualified(undefined, 'ended_sessions'),
    changed: `${name}_changed`,
    truncated: `${name}_truncated`,
    recorded: `${name}_recorded`,
    sessionEnded: 'ended_sessions_changed',
  };
}

/** @returns a quoted name, with its schema if there is one */
export function qualified(schema: string | undefined, name: string): string {
  return [schema, name]
    .filter((part) => part !== undefined)
    .map((part) => pg.escapeIdentifier(part))
    .join('.');
}
