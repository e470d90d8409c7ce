import type { ObjectRecord } from '../state/records.js';
import { codeLifetimeMs } from '../messages/codes.js';

/** How a domain is verified. */
type DomainStrategy = 'affiliation_email_code' | 'from_api' | 'txt_record';

interface DomainVerification {
  readonly status: 'unverified' | 'verified';
  readonly strategy: DomainStrategy;
  readonly attempts: number;
  /** Milliseconds since the epoch, as `verified_at`. */
  readonly expire_at: number | null;
  readonly verified_at: number | null;
}

/** The members of a domain before it is verified. */
export const unverified = {
  affiliation_verification: null,
  ownership_verification: null,
  verification: null,
};

/** Whether the affiliation or the ownership of a domain is verified. */
export function isVerified(record: ObjectRecord): boolean {
  return ['affiliation_verification', 'ownership_verification'].some((name) => {
    const verification = record[name];
    return (
      typeof verification === 'object' &&
      verification !== null &&
      'status' in verification &&
      verification.status === 'verified'
    );
  });
}

/** The members of a domain that a server verified. */
export function verifiedByServer(now: number): object {
  const verification = verified('from_api', now);
  return { ...affiliation(verification), ownership_verification: verification };
}

/** The members of a domain after a code was sent to an address there. */
export function affiliationPrepared(emailAddress: string, now: number): object {
  return {
    affiliation_email_address: emailAddress,
    ...affiliation({
      status: 'unverified',
      strategy: 'affiliation_email_code',
      attempts: 0,
      expire_at: now + codeLifetimeMs,
      verified_at: null,
    }),
  };
}

/** The members of a domain after the code was entered. */
export function affiliationVerified(now: number): object {
  return affiliation({ ...verified('affiliation_email_code', now), attempts: 1 });
}

/**
 * The fields of a domain that waits for its TXT record. Only admins see `_txt_value`.
 *
 * @param token a random text, which proves that the admin can change the domain
 */
export function ownershipPrepared(token: string, now: number): object {
  return {
    ownership_verification: {
      status: 'unverified',
      strategy: 'txt_record',
      attempts: 0,
      expire_at: now + 7 * 24 * 3_600_000,
      verified_at: null,
    } satisfies DomainVerification,
    _txt_value: `clerk-verification=${token}`,
  };
}

/** The members of a domain after the TXT record was looked up. */
export function ownershipVerified(now: number): object {
  return {
    ownership_verification: { ...verified('txt_record', now), attempts: 1 },
    _txt_value: null,
  };
}

/** Presents the ownership verification with the TXT record that an admin is to publish. */
export function withTxtRecord(record: ObjectRecord): unknown {
  const { ownership_verification: verification, _txt_value: value, name } = record;
  if (typeof verification !== 'object' || verification === null) return null;
  if (typeof value !== 'string') return verification;
  return {
    ...verification,
    txt_record_name: `_clerk-verification.${String(name)}`,
    txt_record_value: value,
  };
}

/** `verification` is Clerk's older name of `affiliation_verification`. */
function affiliation(verification: DomainVerification): object {
  return { affiliation_verification: verification, verification };
}

function verified(strategy: DomainStrategy, now: number): DomainVerification {
  return { status: 'verified', strategy, attempts: 0, expire_at: null, verified_at: now };
}
