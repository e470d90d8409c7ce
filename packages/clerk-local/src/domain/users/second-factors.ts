import { randomBytes } from 'node:crypto';
import { ClerkApiError, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { UserRecord } from '../state/user-records.js';
import type { User } from './user-resource.js';
import type { Users } from './users.js';
import { newTotpSecret, verifyTotp } from './totp.js';

const backupCodeCount = 10;

/** The kind of code that a user entered. */
export type CodeType = 'totp' | 'backup_code';

/** Authenticator apps and backup codes of users. */
export class SecondFactors {
  /** @param now the clock that authenticator apps follow */
  constructor(
    private readonly users: Users,
    private readonly now: Clock,
  ) {}

  /** Creates a secret. It takes effect once `verifyTotp` has checked a code. */
  async createTotp(userId: string): Promise<string> {
    const secret = newTotpSecret();
    await this.users.change(userId, (user) => ({ ...user, totp: { secret, pending: true } }));
    return secret;
  }

  /**
   * Enables the authenticator app with a first code.
   *
   * @returns false for a wrong code
   */
  async enableTotp(userId: string, code: string): Promise<boolean> {
    const { totp } = this.users.directory.get(userId);
    if (totp === null) throw noTotp();
    if (!verifyTotp(totp.secret, code, this.now())) return false;
    const { now } = this.users.newContext();
    await this.users.change(userId, (user) => ({
      ...user,
      totp: { ...totp, pending: false },
      mfaEnabledAt: user.mfaEnabledAt ?? now,
    }));
    return true;
  }

  /**
   * Checks a code of the authenticator app, or a backup code, which is then used up.
   *
   * @returns `undefined` for a wrong code
   * @throws {ClerkApiError} 400 for a user without an authenticator app
   */
  async verify(userId: string, code: string): Promise<CodeType | undefined> {
    const { totp, backupCodes } = this.users.directory.get(userId);
    if (totp === null || totp.pending) throw noTotp();
    if (verifyTotp(totp.secret, code, this.now())) return 'totp';
    if (backupCodes?.includes(code) !== true) return undefined;
    await this.users.change(userId, (user) => ({
      ...user,
      backupCodes: (user.backupCodes ?? []).filter((each) => each !== code),
    }));
    return 'backup_code';
  }

  /** Replaces all backup codes. */
  async createBackupCodes(userId: string): Promise<readonly string[]> {
    const codes = Array.from({ length: backupCodeCount }, () => randomBytes(5).toString('hex'));
    await this.users.change(userId, (user) => ({ ...user, backupCodes: codes }));
    return codes;
  }

  /** @throws {ClerkApiError} 404 for a user without backup codes */
  removeBackupCodes(userId: string): Promise<User> {
    if (this.users.directory.get(userId).backupCodes === null) {
      throw resourceNotFound('The user has no backup codes.');
    }
    return this.users.change(userId, (user) => ({ ...user, backupCodes: null }));
  }

  /** @throws {ClerkApiError} 404 for a user without an authenticator app */
  removeTotp(userId: string): Promise<User> {
    if (this.users.directory.get(userId).totp === null) {
      throw resourceNotFound('The user has no authenticator app.');
    }
    return this.disable(userId, (user) => ({ ...user, totp: null }));
  }

  /** Removes all second factors. */
  removeAll(userId: string): Promise<User> {
    return this.disable(userId, (user) => ({
      ...user,
      totp: null,
      backupCodes: null,
      phones: user.phones.map((phone) => ({
        ...phone,
        reservedForSecondFactor: false,
        defaultSecondFactor: false,
      })),
    }));
  }

  private disable(userId: string, change: (user: UserRecord) => UserRecord): Promise<User> {
    const { now } = this.users.newContext();
    return this.users.change(userId, (user) => ({
      ...change(user),
      mfaEnabledAt: null,
      mfaDisabledAt: user.mfaEnabledAt === null ? user.mfaDisabledAt : now,
    }));
  }
}

function noTotp(): ClerkApiError {
  return new ClerkApiError(400, 'totp_disabled', 'TOTP is disabled', {
    longMessage: 'The user has no authenticator app.',
  });
}
