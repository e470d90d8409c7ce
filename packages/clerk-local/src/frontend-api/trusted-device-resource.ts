import type { DeviceChallenge } from '../domain/state/trusted-device-record.js';

/** The challenge for a device, as the Frontend API returns it. */
export interface TrustedDeviceChallenge {
  readonly object: 'trusted_device_challenge';
  readonly challenge: string;
  readonly challenge_id: string;
  /** Missing for an enrolment. */
  readonly trusted_device_id?: string;
  readonly client_data: string;
  readonly expires_at: number;
  readonly algorithm: 'ES256';
}

/**
 * Presents the challenge for a device.
 *
 * @param deviceId missing for an enrolment
 */
export function toDeviceChallenge(
  { id, challenge, clientData, expiresAt }: DeviceChallenge,
  deviceId?: string,
): TrustedDeviceChallenge {
  return {
    object: 'trusted_device_challenge',
    challenge,
    challenge_id: id,
    ...(deviceId === undefined ? {} : { trusted_device_id: deviceId }),
    client_data: clientData,
    expires_at: expiresAt,
    algorithm: 'ES256',
  };
}
