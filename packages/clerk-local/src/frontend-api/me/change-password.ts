import { invalidParameter } from '../../errors/clerk-api-error.js';
import type { SessionRecord } from '../../sessions/session-record.js';
import type { Sessions } from '../../sessions/sessions.js';
import { checkPasswordRules, verifyPassword } from '../../users/password.js';
import type { User } from '../../users/user-resource.js';
import type { Users } from '../../users/users.js';
import type { ChangePassword } from './me-input.js';

/**
 * Changes the password of the person whose session it is; that session goes on.
 *
 * @throws {ClerkApiError} 422 for a wrong current password, or a new one against the rules
 */
export async function changePassword(
  { users, sessions }: { readonly users: Users; readonly sessions: Sessions },
  { id: sessionId, userId }: SessionRecord,
  fields: ChangePassword,
): Promise<User> {
  const { passwordHash } = users.directory.get(userId);
  if (passwordHash !== null) await requirePassword(fields.current_password ?? '', passwordHash);
  checkPasswordRules(fields.new_password, 'new_password');
  const user = await users.update(userId, { password: fields.new_password });
  if (fields.sign_out_of_other_sessions === true) {
    const others = sessions.active({ userId }).filter(({ id }) => id !== sessionId);
    for (const { id } of others) await sessions.end(id, 'revoked');
  }
  return user;
}

async function requirePassword(password: string, hash: string): Promise<void> {
  if (await verifyPassword(password, hash)) return;
  throw invalidParameter(
    'current_password',
    'form_password_incorrect',
    'Password is incorrect. Try again.',
  );
}
