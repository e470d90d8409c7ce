import type { SessionRecord } from './session-record.js';

/** A session as Clerk's Backend API shows one. Times are milliseconds since the epoch. */
export interface Session {
  readonly object: 'session';
  readonly id: string;
  readonly user_id: string;
  readonly client_id: string;
  readonly actor: null;
  readonly status: SessionRecord['status'];
  readonly last_active_organization_id: null;
  readonly last_active_at: number;
  readonly expire_at: number;
  readonly abandon_at: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export function toSession(record: SessionRecord): Session {
  return {
    object: 'session',
    id: record.id,
    user_id: record.userId,
    client_id: record.clientId,
    actor: null,
    status: record.status,
    last_active_organization_id: null,
    last_active_at: record.lastActiveAt,
    expire_at: record.expireAt,
    abandon_at: record.abandonAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}
