import { z } from 'zod';
import { Hono } from 'hono';
import type { Sessions } from '../domain/sessions/sessions.js';
import { invalidParameter, ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import { flag, metadata, optionalName, optionalText } from '../domain/shared/parameters.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { checkPasswordRules, verifyPassword } from '../domain/users/password.js';
import type { User } from '../domain/users/user-resource.js';
import type { Users } from '../domain/users/users.js';
import { parseBody } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';

/** The parameters of `PATCH /v1/me`. Other attributes are disabled. */
const updateMeSchema = z.strictObject({
  first_name: optionalName,
  last_name: optionalName,
  locale: optionalText,
  username: optionalText,
  primary_email_address_id: z.string().nullish(),
  primary_phone_number_id: z.string().nullish(),
  primary_web3_wallet_id: z.string().nullish(),
});

/** The parameters of `PATCH /v1/me/metadata`. Only servers may change other metadata. */
const updateMyMetadataSchema = z.strictObject({ unsafe_metadata: metadata });

/** The parameters of `POST /v1/me/change_password`. */
const changePasswordSchema = z.strictObject({
  current_password: optionalText,
  new_password: z.string(),
  sign_out_of_other_sessions: flag.nullish(),
});
type ChangePassword = z.output<typeof changePasswordSchema>;

export interface MeRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly features: Features;
  /** Throws if the user has to verify a factor again. */
  readonly requireRecent: (session: SessionRecord) => void;
}

/** `/v1/me`: the signed-in user. */
export function meRoutes({
  calls,
  users,
  sessions,
  features,
  requireRecent,
}: MeRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { userId } = calls.session(context);
    return calls.answerUser(context, users.get(userId));
  });
  routes.patch('/', async (context) => {
    const { userId } = calls.session(context);
    const fields = await parseBody(context, updateMeSchema);
    if (fields.username !== undefined && !features.has('username')) throw noUsername();
    return calls.answerUser(context, await users.update(userId, fields));
  });
  routes.delete('/', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const deleted = await deleteSelf(users, session.userId);
    return calls.answer(context, deleted);
  });
  routes.patch('/metadata', async (context) => {
    const { userId } = calls.session(context);
    const fields = await parseBody(context, updateMyMetadataSchema);
    return calls.answerUser(context, await users.mergeMetadata(userId, fields));
  });
  routes.post('/change_password', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const fields = await parseBody(context, changePasswordSchema);
    const user = await changePassword({ users, sessions }, session, fields);
    return calls.answerUser(context, user);
  });
  return routes;
}

function noUsername(): ClerkApiError {
  return invalidParameter('username', 'form_param_unknown', 'is unknown');
}

/**
 * Changes the password of a session's user. The session stays active.
 *
 * @throws {ClerkApiError} 422 if the current password is wrong or the new one breaks the rules
 */
async function changePassword(
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

/** The response to a deletion. */
interface DeletedObject {
  readonly object: string;
  readonly id: string;
  readonly deleted: true;
}

/**
 * Deletes the signed-in user and ends all of their sessions.
 *
 * @throws {ClerkApiError} 403 if the user may not delete their account
 */
async function deleteSelf(users: Users, userId: string): Promise<DeletedObject> {
  if (!users.get(userId).delete_self_enabled) {
    throw new ClerkApiError(403, 'user_delete_self_not_enabled', 'delete self not enabled', {
      longMessage: 'Self deletion is not enabled for this user',
    });
  }
  const { id } = await users.delete(userId);
  return { object: 'user', id, deleted: true };
}
