import type { SeenClaims } from '../../core/auth/auth.errors.js';
import type { JsonObject } from './strict-json.js';

/** Characters of a value that are logged. */
const maxLength = 200;

/** An issuer or origin: no user, query or fragment, where personal data could stand. */
const address = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]*(?:\/[^\s?#@]*)?$/i;

/**
 * Takes out of a refused token what its operator has to compare with the settings: `iss` and `azp`.
 * A refused token may say anything, so a value that is not an address is described and not quoted.
 *
 * @param verified whether the signature was checked
 */
export function seenClaims(payload: JsonObject, verified: boolean, claim?: string): SeenClaims {
  const iss = described(payload['iss']);
  const azp = described(payload['azp']);
  return {
    ...(iss !== undefined && { iss }),
    ...(azp !== undefined && { azp }),
    ...(claim !== undefined && { claim }),
    verified,
  };
}

function described(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return `(${Array.isArray(value) ? 'array' : typeof value})`;
  // A browser says `null` for an origin that it does not disclose.
  if (value === '' || value === 'null') return value;
  if (!address.test(value)) return `(not an address, ${value.length} characters)`;
  return value.length > maxLength ? `${value.slice(0, maxLength)}…` : value;
}
