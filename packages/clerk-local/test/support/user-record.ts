import type { UserRecord } from '../../src/domain/state/user-records.js';

/** Creates a user record with one verified email address. */
export function aUserRecord(changes: Partial<UserRecord> = {}): UserRecord {
  return {
    id: 'user_ada',
    externalId: null,
    firstName: 'Ada',
    lastName: 'Lovelace',
    username: null,
    locale: null,
    imageUrl: null,
    banned: false,
    locked: false,
    passwordCompromised: false,
    totp: null,
    backupCodes: null,
    mfaEnabledAt: null,
    mfaDisabledAt: null,
    createOrganizationEnabled: true,
    createOrganizationsLimit: null,
    legalAcceptedAt: null,
    externalAccounts: [],
    passkeys: [],
    phones: [],
    primaryPhoneId: null,
    emails: [
      {
        id: 'idn_ada',
        address: 'ada@example.com',
        verification: { status: 'verified', strategy: 'admin' },
        createdAt: 1_000,
        updatedAt: 1_000,
      },
    ],
    primaryEmailId: 'idn_ada',
    passwordHash: null,
    passwordUpdatedAt: null,
    publicMetadata: {},
    privateMetadata: {},
    unsafeMetadata: {},
    deleteSelfEnabled: true,
    createdAt: 1_000,
    updatedAt: 2_000,
    lastSignInAt: null,
    lastActiveAt: null,
    ...changes,
  };
}
