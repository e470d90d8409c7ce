import { z } from 'zod';
import { checkCode, codeNotSent, incorrectCode } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import type { Sessions } from '../domain/sessions/sessions.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { Clock } from '../domain/shared/ports.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { primaryEmail, primaryPhone, type UserRecord } from '../domain/state/user-records.js';
import type { PasskeyRequest } from '../domain/state/passkey-record.js';
import { verifyPassword } from '../domain/users/password.js';
import type { Passkeys } from '../domain/users/passkeys.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import type { User } from '../domain/users/user-resource.js';
import type { Users } from '../domain/users/users.js';
import { firstFactors, secondFactors, type Factor } from './sign-in-resource.js';

/** The parameters of `verify`. */
export const startReverificationSchema = z.object({
  level: z.enum(['first_factor', 'second_factor', 'multi_factor']),
});
type Level = z.output<typeof startReverificationSchema>['level'];

/** The parameters of `verify/prepare_first_factor`. */
export const prepareReverificationSchema = z.object({
  strategy: z.enum(['email_code', 'phone_code', 'passkey']),
  email_address_id: z.string().nullish(),
  phone_number_id: z.string().nullish(),
});

/** The parameters of `verify/attempt_first_factor`. */
export const attemptReverificationSchema = z.object({
  strategy: z.enum(['password', 'email_code', 'phone_code', 'passkey']),
  password: z.string().nullish(),
  code: z.string().optional(),
  /** The browser's signature with a passkey, as JSON. */
  public_key_credential: z.string().nullish(),
});

/** The parameters of `verify/prepare_second_factor`. */
export const prepareSecondReverificationSchema = z.object({
  strategy: z.literal('phone_code').default('phone_code'),
  phone_number_id: z.string().nullish(),
});

/** The parameters of `verify/attempt_second_factor`. */
export const attemptSecondReverificationSchema = z.object({
  strategy: z.enum(['totp', 'backup_code', 'phone_code']),
  code: z.string(),
});

interface FactorVerification {
  readonly object: string;
  readonly status: 'unverified' | 'verified';
  readonly strategy: string;
  readonly attempts: null;
  readonly expire_at: number;
  /** The challenge for the browser to sign with a passkey, as JSON. */
  readonly nonce?: string;
}

/** A reverification as the Frontend API returns it. */
export interface Reverification {
  readonly object: 'session_reverification';
  readonly level: Level;
  readonly status: 'needs_first_factor' | 'needs_second_factor' | 'complete';
  readonly supported_first_factors: readonly Factor[] | null;
  readonly supported_second_factors: readonly Factor[] | null;
  readonly first_factor_verification: FactorVerification | null;
  readonly second_factor_verification: FactorVerification | null;
}

interface Progress {
  readonly level: Level;
  readonly status: Reverification['status'];
  readonly startedAt: number;
  /** The strategy for which a code was sent last. */
  readonly sent: string | null;
  readonly first: string | null;
  readonly second: string | null;
  /** The challenge for the browser to sign with a passkey. */
  readonly passkey: PasskeyRequest | null;
}

export interface ReverificationsOptions {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly messages: Messages;
  readonly now: Clock;
}

const expiresAfterMs = 600_000;

/** How long Clerk trusts a factor for a sensitive change. */
const trustedMs = 600_000;

/**
 * Users of an active session verify their identity again. Unfinished reverifications are kept in
 * memory.
 */
export class Reverifications {
  private readonly progress = new Map<string, Progress>();

  constructor(private readonly options: ReverificationsOptions) {}

  /** Starts. Users without a second factor verify a first one instead, as at Clerk. */
  start({ id, userId }: SessionRecord, level: Level): Reverification {
    const second = secondFactors(this.options.users.get(userId)) !== null;
    const status =
      level === 'second_factor' && second ? 'needs_second_factor' : 'needs_first_factor';
    const startedAt = this.options.now();
    return this.keep(id, userId, {
      level,
      status,
      startedAt,
      sent: null,
      first: null,
      second: null,
      passkey: null,
    });
  }

  /**
   * Sends the code of a first factor, or requests a passkey.
   *
   * @param origin the request's `Origin`, to which passkeys belong
   */
  prepare(
    session: SessionRecord,
    fields: z.output<typeof prepareReverificationSchema>,
    origin: string | undefined,
  ): Reverification {
    const progress = this.require(session, 'needs_first_factor');
    const user = this.options.users.directory.get(session.userId);
    if (fields.strategy === 'passkey') {
      const passkey = this.options.passkeys.request(origin, user);
      return this.keep(session.id, session.userId, { ...progress, sent: 'passkey', passkey });
    }
    const isPhone = fields.strategy === 'phone_code';
    const email =
      user.emails.find(({ id }) => id === fields.email_address_id) ?? primaryEmail(user);
    this.send(user, isPhone, isPhone ? fields.phone_number_id : email?.id);
    const sent = fields.strategy;
    return this.keep(session.id, session.userId, { ...progress, sent, passkey: null });
  }

  /** @throws {ClerkApiError} 422 for a wrong password, code or passkey */
  async attempt(
    session: SessionRecord,
    {
      strategy,
      password,
      code,
      public_key_credential: credential,
    }: z.output<typeof attemptReverificationSchema>,
  ): Promise<Reverification> {
    const progress = this.require(session, 'needs_first_factor');
    const user = this.options.users.directory.get(session.userId);
    if (strategy === 'password') await requirePassword(user, password ?? '');
    else if (strategy === 'passkey') {
      if (progress.passkey === null) throw codeNotSent();
      await this.options.passkeys.verify(credential ?? '', progress.passkey, user.id);
    } else {
      if (progress.sent !== strategy) throw codeNotSent();
      checkCode(code);
    }
    await this.options.sessions.recordFactor(session.id, 'first');
    const needsSecond = progress.level === 'multi_factor' && this.hasSecond(session);
    const status = needsSecond ? 'needs_second_factor' : 'complete';
    return this.keep(session.id, session.userId, { ...progress, status, first: strategy });
  }

  /** Sends the code of a second factor by text message. */
  prepareSecond(session: SessionRecord, phoneId: string | null | undefined): Reverification {
    const progress = this.require(session, 'needs_second_factor');
    this.send(this.options.users.directory.get(session.userId), true, phoneId);
    return this.keep(session.id, session.userId, { ...progress, sent: 'phone_code' });
  }

  /** @throws {ClerkApiError} 422 for a wrong code */
  async attemptSecond(
    session: SessionRecord,
    { strategy, code }: z.output<typeof attemptSecondReverificationSchema>,
  ): Promise<Reverification> {
    const progress = this.require(session, 'needs_second_factor');
    if (strategy === 'phone_code') {
      if (progress.sent !== 'phone_code') throw codeNotSent();
      checkCode(code);
    } else if ((await this.options.secondFactors.verify(session.userId, code)) !== strategy) {
      throw incorrectCode();
    }
    await this.options.sessions.recordFactor(session.id, 'second');
    const done: Progress = { ...progress, status: 'complete', second: strategy };
    return this.keep(session.id, session.userId, done);
  }

  /**
   * Requires a factor of the last ten minutes, for a sensitive change.
   *
   * @throws {ClerkApiError} 403 `session_reverification_required`; Clerk's components then ask for one
   */
  requireRecent({ createdAt, firstFactorAt, secondFactorAt }: SessionRecord): void {
    const latest = Math.max(firstFactorAt ?? createdAt, secondFactorAt ?? 0);
    if (this.options.now() - latest < trustedMs) return;
    throw new ClerkApiError(403, 'session_reverification_required', 'Reverification required', {
      longMessage: 'You need to provide additional verification to perform this operation.',
    });
  }

  private hasSecond({ userId }: SessionRecord): boolean {
    return secondFactors(this.options.users.get(userId)) !== null;
  }

  private send(user: UserRecord, isPhone: boolean, id: string | null | undefined): void {
    const phone = user.phones.find((each) => each.id === id) ?? primaryPhone(user);
    const email = user.emails.find((each) => each.id === id) ?? primaryEmail(user);
    const to = isPhone ? phone?.number : email?.address;
    if (to === undefined)
      throw invalidParameter('strategy', 'form_param_value_invalid', 'is invalid');
    this.options.messages.sendCode({
      channel: isPhone ? 'sms' : 'email',
      to,
      purpose: 'reverification',
      userId: user.id,
      identificationId: isPhone ? phone?.id : email?.id,
    });
  }

  private require({ id }: SessionRecord, status: Progress['status']): Progress {
    const progress = this.progress.get(id);
    if (progress?.status === status) return progress;
    throw new ClerkApiError(400, 'session_reverification_missing', 'is missing', {
      longMessage: 'Start a verification of this session first.',
    });
  }

  private keep(sessionId: string, userId: string, progress: Progress): Reverification {
    if (progress.status === 'complete') this.progress.delete(sessionId);
    else this.progress.set(sessionId, progress);
    return present(this.options.users.get(userId), progress);
  }
}

function present(user: User, progress: Progress): Reverification {
  const { level, status, first, second, sent, startedAt } = progress;
  const isSecond = status === 'needs_second_factor' || second !== null;
  return {
    object: 'session_reverification',
    level,
    status,
    supported_first_factors: firstFactors(user, null).filter(
      ({ strategy }) => !strategy.startsWith('reset_password'),
    ),
    supported_second_factors: secondFactors(user),
    first_factor_verification: withNonce(
      verification(first, isSecond ? null : sent, startedAt),
      progress.passkey,
    ),
    second_factor_verification: verification(second, isSecond ? sent : null, startedAt),
  };
}

/** clerk-js reads the challenge there. */
function withNonce(
  shown: FactorVerification | null,
  passkey: PasskeyRequest | null,
): FactorVerification | null {
  if (shown?.strategy !== 'passkey' || shown.status === 'verified' || passkey === null)
    return shown;
  return { ...shown, nonce: passkey.nonce };
}

function verification(
  verified: string | null,
  sent: string | null,
  startedAt: number,
): FactorVerification | null {
  const strategy = verified ?? sent;
  if (strategy === null) return null;
  return {
    object:
      strategy.endsWith('_code') && strategy !== 'backup_code'
        ? 'verification_otp'
        : `verification_${strategy}`,
    status: verified === null ? 'unverified' : 'verified',
    strategy,
    attempts: null,
    expire_at: startedAt + expiresAfterMs,
  };
}

async function requirePassword({ passwordHash }: UserRecord, password: string): Promise<void> {
  if (passwordHash !== null && (await verifyPassword(password, passwordHash))) return;
  throw invalidParameter(
    'password',
    'form_password_incorrect',
    'Password is incorrect. Try again, or use another method.',
  );
}
