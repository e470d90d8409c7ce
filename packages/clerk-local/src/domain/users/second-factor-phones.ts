import { invalidParameter } from '../shared/clerk-api-error.js';
import type { PhoneRecord } from '../state/user-records.js';

/**
 * Reserves one of a user's phone numbers for codes as a second factor, or releases it. The first
 * number that is reserved becomes the default.
 *
 * @param isReserved missing: no change
 * @throws {ClerkApiError} 422 for a number that is not verified
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

function notVerified(): Error {
  return invalidParameter(
    'reserved_for_second_factor',
    'form_param_value_invalid',
    'is invalid',
    'Only a verified phone number can be reserved for the second factor.',
  );
}
