import { ClerkApiError, invalidParameter } from '../shared/clerk-api-error.js';
import type { PhoneRecord } from '../state/user-records.js';

/**
 * Reserves one of a user's phone numbers for codes as a second factor, or releases it. The first
 * number that is reserved becomes the default.
 *
 * @param isReserved missing: no change
 * @throws {ClerkApiError} 400 for a number that is not verified
 */
export function reserveForSecondFactor(
  phones: readonly PhoneRecord[],
  id: string,
  isReserved: boolean | null | undefined,
): PhoneRecord[] {
  if (typeof isReserved !== 'boolean') return [...phones];
  const hasOthers = phones.some((phone) => phone.id !== id && phone.reservedForSecondFactor);
  return phones.map((phone) => {
    if (phone.id !== id) return phone;
    if (isReserved && !phone.verified) throw notVerified();
    return {
      ...phone,
      reservedForSecondFactor: isReserved,
      defaultSecondFactor: isReserved && (phone.defaultSecondFactor || !hasOthers),
    };
  });
}

/**
 * Makes one of a user's phone numbers the default second factor.
 *
 * @throws {ClerkApiError} 422 for the default one, which another one has to replace
 */
export function makeDefaultSecondFactor(
  phones: readonly PhoneRecord[],
  id: string,
  isDefault: boolean | null | undefined,
): PhoneRecord[] {
  if (isDefault === true) {
    return phones.map((phone) => ({ ...phone, defaultSecondFactor: phone.id === id }));
  }
  const isCurrent = phones.some((phone) => phone.id === id && phone.defaultSecondFactor);
  if (isDefault !== false || !isCurrent) return [...phones];
  throw invalidParameter(
    'default_second_factor',
    'form_disable_default_second_factor_not_allowed',
    'The default second factor method can only be changed by assigning another method as the default.',
  );
}

function notVerified(): ClerkApiError {
  return new ClerkApiError(400, 'identification_update_second_factor_unverified', 'Update failed', {
    longMessage: 'Only a verified phone number can be reserved for the second factor.',
  });
}
