import { codeLifetimeMs, testCode } from '../messages/codes.js';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { ObjectRecord } from '../state/records.js';
import type { Store } from '../state/store.js';

type Strategy = 'email_code' | 'phone_code';

/** The verification of an email address or a phone number by a server, with a code. */
export interface CodeVerification {
  readonly object: 'verification_email_address' | 'verification_phone_number';
  readonly id: string;
  readonly status: 'verified' | 'unverified' | 'expired';
  readonly strategy: Strategy;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly expire_at: number;
}

/** Verifications that servers start. They are apart from those of browsers, as at Clerk. */
export class CodeVerifications {
  constructor(
    private readonly store: Store,
    private readonly now: Clock,
  ) {}

  async start(identificationId: string, strategy: Strategy): Promise<CodeVerification> {
    return this.save({
      object: 'verification',
      id: this.store.ids.next('ver'),
      strategy,
      verified: false,
      attempts: 0,
      expire_at: this.now() + codeLifetimeMs,
      identification_id: identificationId,
    });
  }

  /**
   * Checks a code. The status of the result says whether it is correct.
   *
   * @throws {ClerkApiError} 404 for an unknown verification, 400 if its code was accepted before
   */
  async attempt(identificationId: string, id: string, code: string): Promise<CodeVerification> {
    const record = this.store.objects.get(id);
    if (record?.['identification_id'] !== identificationId) {
      throw resourceNotFound(`No verification was found with id ${id}`);
    }
    if (record['verified'] === true) throw alreadyVerified();
    const isExpired = Number(record['expire_at']) <= this.now();
    return this.save({
      ...record,
      attempts: Number(record['attempts']) + 1,
      verified: code === testCode && !isExpired,
    });
  }

  private async save(record: ObjectRecord): Promise<CodeVerification> {
    this.store.objects.set(record.id, record);
    await this.store.commit();
    return this.present(record);
  }

  private present(record: ObjectRecord): CodeVerification {
    const strategy = record['strategy'] === 'phone_code' ? 'phone_code' : 'email_code';
    const expireAt = Number(record['expire_at']);
    const unfinished = expireAt <= this.now() ? 'expired' : 'unverified';
    return {
      object:
        strategy === 'email_code' ? 'verification_email_address' : 'verification_phone_number',
      id: record.id,
      status: record['verified'] === true ? 'verified' : unfinished,
      strategy,
      attempts: Number(record['attempts']),
      expire_at: expireAt,
    };
  }
}

function alreadyVerified(): ClerkApiError {
  return new ClerkApiError(400, 'verification_already_verified', 'already verified', {
    longMessage: 'This verification has already been verified.',
  });
}
