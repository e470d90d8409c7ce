import { codeLifetimeMs } from '../messages/codes.js';
import type { WalletStrategy } from '../shared/features.js';
import type { RequiredField, SignUpRecord } from '../state/attempt-records.js';
import { toProviderVerification, type ProviderVerification } from './provider-attempts.js';

/** Lists the required fields that are still missing. */
export function missingFields(record: SignUpRecord): RequiredField[] {
  const given: Readonly<Record<RequiredField, string | null>> = {
    email_address: record.email,
    password: record.passwordHash,
    first_name: record.firstName,
    last_name: record.lastName,
    username: record.username,
  };
  const isProvider = record.provider?.status === 'verified' || record.wallet?.verified === true;
  return record.requiredFields.filter(
    // A user who signs up with a provider or a wallet needs no password.
    (field) => given[field] === null && !(isProvider && field === 'password'),
  );
}

const abandonedAfterMs = 86_400_000;

interface CodeVerification {
  readonly object: 'verification_otp' | 'verification_email_link';
  readonly status: 'unverified' | 'verified';
  readonly strategy: 'email_code' | 'email_link' | 'phone_code' | null;
  readonly attempts: null;
  readonly expire_at: number;
  readonly next_action: 'needs_prepare' | 'needs_attempt' | '';
  readonly supported_strategies: readonly ('email_code' | 'email_link' | 'phone_code')[];
}

interface WalletVerification {
  readonly object: 'verification_web3';
  readonly status: 'unverified' | 'verified';
  readonly strategy: WalletStrategy;
  readonly attempts: null;
  readonly expire_at: number;
  readonly next_action: 'needs_attempt' | '';
  readonly supported_strategies: readonly WalletStrategy[];
  readonly nonce?: string;
  /** The challenge for the wallet to sign. */
  readonly message?: string;
}

type UnverifiedField = 'email_address' | 'phone_number' | 'web3_wallet';

/** A sign-up as the Frontend API returns it (`Client.SignUp` of the published OpenAPI document). */
export interface SignUp {
  readonly object: 'sign_up_attempt';
  readonly id: string;
  readonly status: 'missing_requirements' | 'complete';
  readonly required_fields: readonly RequiredField[];
  readonly optional_fields: readonly never[];
  readonly missing_fields: readonly RequiredField[];
  readonly unverified_fields: readonly UnverifiedField[];
  readonly verifications: {
    readonly email_address: CodeVerification | null;
    readonly phone_number: CodeVerification | null;
    readonly web3_wallet: WalletVerification | null;
    readonly external_account: ProviderVerification | null;
  };
  readonly username: string | null;
  readonly email_address: string | null;
  readonly phone_number: string | null;
  readonly web3_wallet: string | null;
  readonly password_enabled: boolean;
  /** Whether a password was set. clerk-js reads it; the published document omits it. */
  readonly has_password: boolean;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly locale: string | null;
  readonly unsafe_metadata: Readonly<Record<string, unknown>>;
  readonly public_metadata: Readonly<Record<string, never>>;
  readonly custom_action: boolean;
  readonly external_id: string | null;
  readonly created_session_id: string | null;
  readonly created_user_id: string | null;
  readonly abandon_at: number;
  readonly legal_accepted_at: null;
}

export interface SignUpInput {
  readonly record: SignUpRecord;
  /** Set if the sign-up is complete. */
  readonly completed?: { readonly sessionId: string; readonly userId: string } | undefined;
}

/** Presents a sign-up. */
export function toSignUp({
  record,
  completed = record.completed ?? undefined,
}: SignUpInput): SignUp {
  return {
    object: 'sign_up_attempt',
    id: record.id,
    status: completed ? 'complete' : 'missing_requirements',
    required_fields: record.requiredFields,
    optional_fields: [],
    missing_fields: missingFields(record),
    unverified_fields: unverifiedFields(record),
    verifications: {
      email_address:
        record.email === null ? null : verification(record, record.emailCode, record.emailStrategy),
      phone_number:
        record.phone === null ? null : verification(record, record.phoneCode, 'phone_code'),
      web3_wallet: walletVerification(record),
      external_account:
        record.provider && toProviderVerification(record.provider, record.createdAt),
    },
    username: record.username,
    email_address: record.email,
    phone_number: record.phone,
    web3_wallet: record.wallet?.address ?? null,
    password_enabled: record.passwordHash !== null,
    has_password: record.passwordHash !== null,
    first_name: record.firstName,
    last_name: record.lastName,
    locale: record.locale,
    unsafe_metadata: record.unsafeMetadata,
    public_metadata: {},
    custom_action: record.customAction,
    external_id: record.externalId,
    created_session_id: completed?.sessionId ?? null,
    created_user_id: completed?.userId ?? null,
    abandon_at: record.createdAt + abandonedAfterMs,
    legal_accepted_at: null,
  };
}

const nextActions = { not_sent: 'needs_prepare', sent: 'needs_attempt', verified: '' } as const;

function verification(
  { createdAt }: SignUpRecord,
  progress: SignUpRecord['emailCode'],
  strategy: CodeVerification['supported_strategies'][number],
): CodeVerification {
  return {
    object: strategy === 'email_link' ? 'verification_email_link' : 'verification_otp',
    status: progress === 'verified' ? 'verified' : 'unverified',
    // `null` until a code is sent. Otherwise Clerk's components would not send one.
    strategy: progress === 'not_sent' ? null : strategy,
    attempts: null,
    expire_at: createdAt + codeLifetimeMs,
    next_action: nextActions[progress],
    supported_strategies: [strategy],
  };
}

function walletVerification({ wallet, createdAt }: SignUpRecord): WalletVerification | null {
  if (wallet?.challenge === null || wallet === null) return null;
  const { challenge, verified } = wallet;
  return {
    object: 'verification_web3',
    status: verified ? 'verified' : 'unverified',
    strategy: challenge.strategy,
    attempts: null,
    expire_at: createdAt + codeLifetimeMs,
    next_action: verified ? '' : 'needs_attempt',
    supported_strategies: [challenge.strategy],
    ...(verified ? {} : { nonce: challenge.nonce, message: challenge.message }),
  };
}

/** Lists the identifiers that still have to be verified. */
export function unverifiedFields(record: SignUpRecord): UnverifiedField[] {
  const email = record.email !== null && record.emailCode !== 'verified';
  const phone = record.phone !== null && record.phoneCode !== 'verified';
  return [
    ...(email ? (['email_address'] as const) : []),
    ...(phone ? (['phone_number'] as const) : []),
    ...(record.wallet?.verified === false ? (['web3_wallet'] as const) : []),
  ];
}
