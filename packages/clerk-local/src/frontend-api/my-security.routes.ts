import { Hono } from 'hono';
import { z } from 'zod';
import { incorrectCode } from '../domain/messages/codes.js';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import { optionalText } from '../domain/shared/parameters.js';
import type { Clock } from '../domain/shared/ports.js';
import { primaryEmail } from '../domain/state/user-records.js';
import { verifyPassword } from '../domain/users/password.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import { totpUri } from '../domain/users/totp.js';
import type { Users } from '../domain/users/users.js';
import { parseBody } from '../http/request.js';
import { uploadedImage } from '../http/uploaded-image.js';
import type { ClientCalls } from './client-calls.js';

const codeSchema = z.strictObject({ code: z.string() });
const removePasswordSchema = z.strictObject({ current_password: optionalText });

export interface MySecurityRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly secondFactors: SecondFactors;
  readonly applicationName: string;
  readonly now: Clock;
}

/** The second factors, the picture and the password of the signed-in user, below `/v1/me`. */
export function mySecurityRoutes(options: MySecurityRoutesOptions): Hono {
  const { calls, users, secondFactors, applicationName, now } = options;
  const routes = new Hono();
  const totp = (userId: string, secret: string | null, verified: boolean): object => ({
    object: 'totp',
    id: userId.replace(/^user_/, 'totp_'),
    secret,
    uri: secret === null ? null : totpUri(secret, accountOf(users, userId), applicationName),
    verified,
    backup_codes: null,
    created_at: now(),
    updated_at: now(),
  });
  routes.post('/totp', async (context) => {
    const { userId } = calls.session(context);
    const secret = await secondFactors.createTotp(userId);
    return calls.answer(context, totp(userId, secret, false));
  });
  routes.post('/totp/attempt_verification', async (context) => {
    const { userId } = calls.session(context);
    const { code } = await parseBody(context, codeSchema);
    if (!(await secondFactors.enableTotp(userId, code))) throw incorrectCode();
    return calls.answer(context, totp(userId, null, true));
  });
  routes.delete('/totp', async (context) => {
    const { userId } = calls.session(context);
    await secondFactors.removeTotp(userId);
    const id = userId.replace(/^user_/, 'totp_');
    return calls.answer(context, { object: 'totp', id, deleted: true });
  });
  routes.post('/backup_codes', async (context) => {
    const { userId } = calls.session(context);
    const codes = await secondFactors.createBackupCodes(userId);
    return calls.answer(context, {
      object: 'backup_code',
      id: userId.replace(/^user_/, 'bc_'),
      codes,
      created_at: now(),
      updated_at: now(),
    });
  });
  routes.post('/profile_image', async (context) => {
    const { userId } = calls.session(context);
    const { image_url } = await users.setImage(userId, await uploadedImage(context));
    const id = userId.replace(/^user_/, 'img_');
    return calls.answer(context, { object: 'image', id, name: 'avatar', public_url: image_url });
  });
  routes.delete('/profile_image', async (context) => {
    const { userId } = calls.session(context);
    await users.setImage(userId, null);
    const id = userId.replace(/^user_/, 'img_');
    return calls.answer(context, { object: 'image', id, deleted: true });
  });
  routes.post('/remove_password', async (context) => {
    const { userId } = calls.session(context);
    const { current_password: password } = await parseBody(context, removePasswordSchema);
    const { passwordHash } = users.directory.get(userId);
    if (passwordHash !== null && !(await verifyPassword(password ?? '', passwordHash))) {
      throw invalidParameter(
        'current_password',
        'form_password_incorrect',
        'Password is incorrect. Try again.',
      );
    }
    return calls.answerUser(context, await users.removePassword(userId, false));
  });
  return routes;
}

function accountOf(users: Users, userId: string): string {
  const user = users.directory.get(userId);
  return primaryEmail(user)?.address ?? user.username ?? userId;
}
