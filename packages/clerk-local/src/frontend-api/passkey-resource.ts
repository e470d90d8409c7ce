import type { PasskeyRecord } from '../domain/state/passkey-record.js';
import type { PendingPasskey } from '../domain/users/passkeys.js';
import { passkeyTimeoutMs } from '../domain/users/web-authn.js';

/** A passkey as the Frontend API returns it. Times are milliseconds since the epoch. */
export interface ClientPasskey {
  readonly id: string;
  readonly object: 'passkey';
  readonly name: string;
  readonly last_used_at: number | null;
  readonly verification: {
    readonly object: 'verification_passkey';
    readonly status: 'unverified' | 'verified';
    readonly strategy: 'passkey';
    readonly attempts: null;
    readonly expire_at: number;
    /** The options of `navigator.credentials.create()` as JSON, until the browser has used them. */
    readonly nonce?: string;
  };
  readonly created_at: number;
  readonly updated_at: number;
}

/** Presents a passkey. */
export function toClientPasskey(passkey: PasskeyRecord | PendingPasskey): ClientPasskey {
  const { id, name, createdAt, updatedAt } = passkey;
  return {
    id,
    object: 'passkey',
    name,
    last_used_at: 'nonce' in passkey ? null : passkey.lastUsedAt,
    verification: {
      object: 'verification_passkey',
      status: 'nonce' in passkey ? 'unverified' : 'verified',
      strategy: 'passkey',
      attempts: null,
      expire_at: createdAt + passkeyTimeoutMs,
      ...('nonce' in passkey ? { nonce: passkey.nonce } : {}),
    },
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
