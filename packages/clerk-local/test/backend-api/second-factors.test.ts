import { createClerkClient } from '@clerk/backend';
import { expect, test } from 'vitest';
import { totpCode, verifyTotp } from '../../src/domain/users/totp.js';
import { aClerkLocal } from '../support/clerk-local.js';

/** The secret `12345678901234567890` of RFC 6238 in base32. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [20_000_000_000, '353130'],
])('the code at second %i is that of RFC 6238', (seconds, code) => {
  expect(totpCode(rfcSecret, seconds * 1000)).toBe(code);
  expect(verifyTotp(rfcSecret, code, seconds * 1000 + 30_000)).toBe(true);
  expect(verifyTotp(rfcSecret, code, seconds * 1000 + 90_000)).toBe(false);
});

test('@clerk/backend verifies codes of an app and backup codes, and removes them', async () => {
  const { url, secretKey } = await aClerkLocal();
  const { users } = createClerkClient({ apiUrl: url, secretKey, telemetry: { disabled: true } });
  const { id: userId, twoFactorEnabled } = await users.createUser({
    emailAddress: ['ada@example.com'],
    totpSecret: rfcSecret,
    backupCodes: ['spare-code'],
  });
  expect(twoFactorEnabled).toBe(true);
  const code = totpCode(rfcSecret, Date.now());
  expect(await users.verifyTOTP({ userId, code })).toMatchObject({ code_type: 'totp' });
  const backup = { userId, code: 'spare-code' };
  expect(await users.verifyTOTP(backup)).toMatchObject({ code_type: 'backup_code' });
  await expect(users.verifyTOTP(backup)).rejects.toMatchObject({ status: 422 });
  await users.disableUserMFA(userId);
  const { totpEnabled, backupCodeEnabled } = await users.getUser(userId);
  expect([totpEnabled, backupCodeEnabled]).toEqual([false, false]);
});
