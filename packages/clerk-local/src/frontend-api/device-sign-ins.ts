import { notEmulated, invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import type { SignInRecord } from '../domain/state/attempt-records.js';
import type { ClientRecord } from '../domain/state/session-records.js';
import type { TrustedDevices } from '../domain/users/trusted-devices.js';
import type { ClientSessions } from './client-sessions.js';
import type { AttemptFirstFactor } from './sign-in-parameters.js';
import type { SignInProgress } from './sign-in-progress.js';
import type { SignIn } from './sign-in-resource.js';

export interface DeviceSignInsOptions {
  readonly clientSessions: ClientSessions;
  readonly trustedDevices: TrustedDevices;
  readonly features: Features;
}

/** Sign-ins of native applications with the key of a trusted device. */
export class DeviceSignIns {
  constructor(
    private readonly progress: SignInProgress,
    private readonly options: DeviceSignInsOptions,
  ) {}

  /** Starts a sign-in, and creates the challenge for the device. */
  async begin(client: ClientRecord, deviceId: string): Promise<SignIn> {
    this.options.clientSessions.requireSignedOut(client);
    return this.prepare(client, this.progress.newRecord({}), deviceId);
  }

  /** Creates a challenge for a device to sign. The device identifies the user. */
  async prepare(client: ClientRecord, record: SignInRecord, deviceId: string): Promise<SignIn> {
    if (!this.options.features.has('trusted_device')) {
      throw notEmulated('A trusted device without --enable trusted_device');
    }
    const { user, challenge } = this.options.trustedDevices.request(deviceId);
    if (record.userId !== null && record.userId !== user.id) throw missingChallenge();
    return this.progress.keep(client, {
      ...record,
      userId: user.id,
      codeSent: false,
      passkey: null,
      wallet: null,
      device: { ...challenge, deviceId },
    });
  }

  /** @throws {ClerkApiError} 422 for a wrong signature */
  async attempt(
    client: ClientRecord,
    record: SignInRecord,
    fields: AttemptFirstFactor,
  ): Promise<SignIn> {
    const { device } = record;
    if (device === null || device.deviceId !== fields.trusted_device_id) throw missingChallenge();
    const user = await this.options.trustedDevices.verify(
      device.deviceId,
      device,
      fields.client_data ?? '',
      fields.signature ?? '',
    );
    return this.progress.pass(client, record, user, 'trusted_device');
  }
}

function missingChallenge(): Error {
  return invalidParameter(
    'trusted_device_id',
    'form_param_value_invalid',
    'is invalid',
    'This sign-in has asked no such device to sign.',
  );
}
