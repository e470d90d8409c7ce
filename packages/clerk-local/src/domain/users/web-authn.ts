import { z } from 'zod';
import { randomBytes } from 'node:crypto';
import { ClerkApiError, originMissing } from '../shared/clerk-api-error.js';
import type { PasskeyChallenge, PasskeyRecord } from '../state/passkey-record.js';

/** How long a browser may take, in milliseconds. */
export const passkeyTimeoutMs = 600_000;

/** The COSE identifiers of ES256 and RS256. */
const algorithms = [-7, -257];

const common = {
  id: z.string(),
  rawId: z.string(),
  type: z.literal('public-key'),
};
const registrationSchema = z.object({
  ...common,
  response: z.object({ clientDataJSON: z.string(), attestationObject: z.string() }),
});
const assertionSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
  }),
});

/** The result of a registration. */
export type NewCredential = Pick<PasskeyRecord, 'credentialId' | 'publicKey' | 'counter'>;

/**
 * Creates a challenge for a page.
 *
 * @param origin the request's `Origin`
 * @throws {ClerkApiError} 400 for a request without an `Origin`: passkeys belong to a page's host
 */
export function newChallenge(origin: string | undefined): PasskeyChallenge {
  if (origin !== undefined) return { challenge: randomBytes(32).toString('base64url'), origin };
  throw originMissing('Passkeys');
}

/** Returns the options of `navigator.credentials.create()` as JSON, as clerk-js expects them. */
export function creationOptions(
  { challenge, origin }: PasskeyChallenge,
  applicationName: string,
  user: { readonly id: string; readonly name: string; readonly displayName: string },
  known: readonly PasskeyRecord[],
): string {
  return JSON.stringify({
    rp: { id: new URL(origin).hostname, name: applicationName },
    user: { ...user, id: Buffer.from(user.id).toString('base64url') },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: passkeyTimeoutMs,
    excludeCredentials: known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    attestation: 'none',
  });
}

/** Returns the options of `navigator.credentials.get()` as JSON. */
export function requestOptions(
  { challenge, origin }: PasskeyChallenge,
  known: readonly PasskeyRecord[],
): string {
  return JSON.stringify({
    rpId: new URL(origin).hostname,
    challenge,
    timeout: passkeyTimeoutMs,
    allowCredentials: known.map(toDescriptor),
    userVerification: 'required',
  });
}

function toDescriptor({ credentialId }: PasskeyRecord): object {
  return { type: 'public-key', id: credentialId };
}

/**
 * Checks the result of `navigator.credentials.create()`.
 *
 * @param json the credential, as clerk-js serialises it
 * @throws {ClerkApiError} 422 for another challenge, origin or host, and for an invalid credential
 */
export async function verifyRegistration(
  json: string,
  { challenge, origin }: PasskeyChallenge,
): Promise<NewCredential> {
  const response = parseCredential(registrationSchema, json);
  const { verifyRegistrationResponse } = await library();
  const { registrationInfo } = await refuseErrors(
    verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (registrationInfo === undefined) throw invalidCredential('It could not be verified.');
  const { id, publicKey, counter } = registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey).toString('base64url'), counter };
}

/** Reads the id of the credential that `navigator.credentials.get()` used. */
export function credentialIdOf(json: string): string {
  return parseCredential(assertionSchema, json).id;
}

/**
 * Checks a signature of a passkey.
 *
 * @returns the authenticator's new counter
 * @throws {ClerkApiError} 422 for another challenge, origin or host, a wrong signature, and a counter
 *   that did not increase
 */
export async function verifyAssertion(
  json: string,
  { challenge, origin }: PasskeyChallenge,
  { credentialId, publicKey, counter }: PasskeyRecord,
): Promise<number> {
  const response = parseCredential(assertionSchema, json);
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await refuseErrors(
    verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      credential: {
        id: credentialId,
        publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
        counter,
      },
    }),
  );
  if (!verified) throw invalidCredential('The signature is wrong.');
  return authenticationInfo.newCounter;
}

/** Loaded on first use: it is as large as the rest of the package, and most instances never need it. */
function library(): Promise<typeof import('@simplewebauthn/server')> {
  return import('@simplewebauthn/server');
}

function parseCredential<Schema extends z.ZodType>(schema: Schema, json: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    throw invalidCredential('It is not a credential in JSON.');
  }
}

/** The library throws for every mismatch, and its message names it. */
async function refuseErrors<Value>(verification: Promise<Value>): Promise<Value> {
  try {
    return await verification;
  } catch (error) {
    throw invalidCredential(error instanceof Error ? error.message : String(error));
  }
}

function invalidCredential(reason: string): ClerkApiError {
  return new ClerkApiError(400, 'passkey_invalid_verification', 'invalid verification', {
    longMessage: `The passkey could not be verified. ${reason}`,
    paramName: 'public_key_credential',
  });
}
