import { Hono } from 'hono';
import { z } from 'zod';
import { invalidParameter, notEmulated } from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import { optionalText } from '../domain/shared/parameters.js';
import { deviceKeySchema, type DeviceKey } from '../domain/state/trusted-device-record.js';
import type { NewDevice, TrustedDevices } from '../domain/users/trusted-devices.js';
import { parseBody } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import { toDeviceChallenge } from './trusted-device-resource.js';

export interface TrustedDevicesRoutesOptions {
  readonly calls: ClientCalls;
  readonly trustedDevices: TrustedDevices;
  readonly features: Features;
}

const deviceFields = {
  platform: z.enum(['ios', 'android']),
  app_identifier: z.string().min(1),
  name: optionalText,
  algorithm: z.literal('ES256'),
  public_key_jwk: z.string(),
};
const prepareSchema = z.strictObject(deviceFields);
const attemptSchema = z.strictObject({
  ...deviceFields,
  client_data: z.string(),
  signature: z.string(),
});
const validateSchema = z.strictObject({ trusted_device_id: z.string() });

/** `/v1/me/trusted_devices`: devices whose native application signs the user in with a key. */
export function trustedDevicesRoutes(options: TrustedDevicesRoutesOptions): Hono {
  const { calls, trustedDevices, features } = options;
  const routes = new Hono();
  routes.get('/', (context) => {
    return calls.answer(context, trustedDevices.list(calls.session(context).userId));
  });
  routes.post('/prepare', async (context) => {
    const { userId } = calls.session(context);
    requireEnabled(features);
    const fields = await parseBody(context, prepareSchema);
    const challenge = trustedDevices.prepare(userId, deviceOf(fields));
    return calls.answer(context, toDeviceChallenge(challenge));
  });
  routes.post('/attempt', async (context) => {
    const { userId } = calls.session(context);
    requireEnabled(features);
    const fields = await parseBody(context, attemptSchema);
    const { client_data, signature } = fields;
    const device = await trustedDevices.enrol(userId, deviceOf(fields), client_data, signature);
    return calls.answer(context, device);
  });
  routes.delete('/:id', async (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, await trustedDevices.revoke(userId, context.req.param('id')));
  });
  return routes;
}

/** `POST /v1/client/trusted_devices/validate`: whether a device can still sign its user in. */
export function validateTrustedDeviceRoutes(options: TrustedDevicesRoutesOptions): Hono {
  const { calls, trustedDevices } = options;
  const routes = new Hono();
  routes.post('/validate', async (context) => {
    calls.client(context);
    const { trusted_device_id } = await parseBody(context, validateSchema);
    const user = trustedDevices.ownerOf(trusted_device_id);
    const valid = user !== undefined && !user.banned && !user.locked;
    return calls.answer(context, { object: 'trusted_device_validation', valid });
  });
  return routes;
}

function deviceOf(fields: z.output<typeof prepareSchema>): NewDevice {
  return {
    platform: fields.platform,
    appIdentifier: fields.app_identifier,
    name: fields.name ?? null,
    publicKey: publicKeyOf(fields.public_key_jwk),
  };
}

function publicKeyOf(json: string): DeviceKey {
  try {
    return deviceKeySchema.parse(JSON.parse(json));
  } catch {
    throw invalidParameter(
      'public_key_jwk',
      'form_param_format_invalid',
      'is invalid',
      'public_key_jwk must be a public JWK on the curve P-256.',
    );
  }
}

function requireEnabled(features: Features): void {
  if (features.has('trusted_device')) return;
  throw notEmulated('A trusted device without --enable trusted_device');
}
