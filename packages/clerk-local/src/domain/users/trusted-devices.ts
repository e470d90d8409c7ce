import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Store } from '../state/store.js';
import type {
  DeviceChallenge,
  DeviceKey,
  TrustedDeviceRecord,
} from '../state/trusted-device-record.js';
import type { UserRecord } from '../state/user-records.js';
import type { Users } from './users.js';

/** How long a device may take to sign, in milliseconds. */
const challengeLifetimeMs = 300_000;

/** A device that its application enrols. */
export type NewDevice = Pick<
  TrustedDeviceRecord,
  'platform' | 'appIdentifier' | 'name' | 'publicKey'
>;

/** A device as both APIs return it. Times are milliseconds since the epoch. */
export interface TrustedDevice {
  readonly object: 'trusted_device';
  readonly id: string;
  readonly platform: 'ios' | 'android';
  readonly app_identifier: string;
  readonly name: string | null;
  readonly algorithm: 'ES256';
  readonly status: 'active' | 'revoked';
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_used_at: number | null;
  readonly revoked_at: number | null;
}

/**
 * Devices whose native application signs in with the device's key. Enrolment does not change the
 * user's profile, so it sends no webhook. Unfinished enrolments are kept in memory.
 */
export class TrustedDevices {
  private readonly enrolments = new Map<string, DeviceChallenge>();

  constructor(
    private readonly store: Store,
    private readonly users: Users,
  ) {}

  /** Lists the active devices of a user. */
  list(userId: string): TrustedDevice[] {
    const { trustedDevices } = this.users.directory.get(userId);
    return trustedDevices.filter(({ revokedAt }) => revokedAt === null).map(toTrustedDevice);
  }

  /** Creates a challenge for a device to sign at its enrolment. */
  prepare(userId: string, device: NewDevice): DeviceChallenge {
    this.users.directory.get(userId);
    const challenge = this.newChallenge('enrollment', { app_identifier: device.appIdentifier });
    this.enrolments.set(userId, challenge);
    return challenge;
  }

  /** @throws {ClerkApiError} 422 for a wrong signature, and for a text other than the challenge */
  async enrol(
    userId: string,
    device: NewDevice,
    clientData: string,
    signature: string,
  ): Promise<TrustedDevice> {
    const challenge = this.enrolments.get(userId);
    this.requireSignature(challenge, device.publicKey, clientData, signature);
    this.enrolments.delete(userId);
    const { ids, now } = this.users.newContext();
    const enrolled: TrustedDeviceRecord = {
      ...device,
      id: ids.next('tdev'),
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
      revokedAt: null,
    };
    const user = this.users.directory.get(userId);
    await this.save(user, [...user.trustedDevices, enrolled]);
    return toTrustedDevice(enrolled);
  }

  /** @throws {ClerkApiError} 404 for a device that is unknown or revoked */
  async revoke(userId: string, id: string): Promise<TrustedDevice> {
    const user = this.users.directory.get(userId);
    const device = user.trustedDevices.find((each) => each.id === id && each.revokedAt === null);
    if (device === undefined) throw unknownDevice(id);
    const { now } = this.users.newContext();
    const revoked = { ...device, revokedAt: now, updatedAt: now };
    await this.replace(user, revoked);
    return toTrustedDevice(revoked);
  }

  /** Returns the user who trusts a device; `undefined` for one that is unknown or revoked. */
  ownerOf(id: string): UserRecord | undefined {
    return this.users.directory
      .all()
      .find((user) =>
        user.trustedDevices.some((each) => each.id === id && each.revokedAt === null),
      );
  }

  /**
   * Creates a challenge for a device to sign at a sign-in.
   *
   * @throws {ClerkApiError} 404 for a device that is unknown or revoked
   */
  request(id: string): { readonly user: UserRecord; readonly challenge: DeviceChallenge } {
    const user = this.ownerOf(id);
    if (user === undefined) throw unknownDevice(id);
    return { user, challenge: this.newChallenge('sign_in', { trusted_device_id: id }) };
  }

  /**
   * Checks a device's signature, and records the use.
   *
   * @throws {ClerkApiError} 404 for a device that was revoked since, 422 for a wrong signature
   */
  async verify(
    id: string,
    challenge: DeviceChallenge,
    clientData: string,
    signature: string,
  ): Promise<UserRecord> {
    const user = this.ownerOf(id);
    const device = user?.trustedDevices.find((each) => each.id === id);
    if (user === undefined || device === undefined) throw unknownDevice(id);
    this.requireSignature(challenge, device.publicKey, clientData, signature);
    await this.replace(user, { ...device, lastUsedAt: this.users.newContext().now });
    return user;
  }

  private newChallenge(purpose: string, about: Readonly<Record<string, string>>): DeviceChallenge {
    const { ids, now } = this.users.newContext();
    const id = ids.next('tdch');
    const challenge = randomBytes(32).toString('base64url');
    const clientData = JSON.stringify({ challenge, challenge_id: id, purpose, ...about });
    return { id, challenge, clientData, expiresAt: now + challengeLifetimeMs };
  }

  private requireSignature(
    challenge: DeviceChallenge | undefined,
    publicKey: DeviceKey,
    clientData: string,
    signature: string,
  ): void {
    const { now } = this.users.newContext();
    const isCurrent = challenge?.clientData === clientData && now <= challenge.expiresAt;
    if (isCurrent && isSigned(publicKey, clientData, signature)) return;
    throw invalidParameter(
      'signature',
      'form_incorrect_signature',
      'is incorrect',
      'The signature does not belong to this device and to the last challenge, or came too late.',
    );
  }

  private replace(user: UserRecord, changed: TrustedDeviceRecord): Promise<void> {
    const devices = user.trustedDevices.map((each) => (each.id === changed.id ? changed : each));
    return this.save(user, devices);
  }

  private async save(
    user: UserRecord,
    trustedDevices: readonly TrustedDeviceRecord[],
  ): Promise<void> {
    this.store.users.set(user.id, { ...user, trustedDevices: [...trustedDevices] });
    await this.store.commit();
  }
}

/** `r` and `s` in base64url, as in JWS, not in DER. */
function isSigned(publicKey: DeviceKey, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: publicKey, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  } catch {
    // The coordinates are not a point on the curve.
    return false;
  }
}

function toTrustedDevice(device: TrustedDeviceRecord): TrustedDevice {
  return {
    object: 'trusted_device',
    id: device.id,
    platform: device.platform,
    app_identifier: device.appIdentifier,
    name: device.name,
    algorithm: 'ES256',
    status: device.revokedAt === null ? 'active' : 'revoked',
    created_at: device.createdAt,
    updated_at: device.updatedAt,
    last_used_at: device.lastUsedAt,
    revoked_at: device.revokedAt,
  };
}

function unknownDevice(id: string): Error {
  return resourceNotFound(`No trusted device was found with id ${id}`);
}
