import { Hono } from 'hono';
import { z } from 'zod';
import type { Organizations } from '../domain/organizations/organizations.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { flag, parseParameters, stringList } from '../domain/shared/parameters.js';
import { verifyPassword } from '../domain/users/password.js';
import type { Users } from '../domain/users/users.js';
import { countedPageOf, readBody } from '../http/request.js';

const userIdsSchema = z.strictObject({ user_ids: stringList.pipe(z.array(z.string()).min(1)) });
const passwordSchema = z.strictObject({ password: z.string() });
const removePasswordSchema = z.strictObject({ sign_out_of_other_sessions: flag.nullish() });

/** The operations below `/v1/users` that change what a user may do: bans, locks, passwords, images. */
export function userStateRoutes(users: Users, organizations: Organizations): Hono {
  const routes = new Hono();
  routes.post('/ban', async (context) => {
    const { user_ids } = parseParameters(userIdsSchema, await readBody(context));
    for (const id of user_ids) users.get(id);
    const banned = [];
    for (const id of user_ids) banned.push(await users.ban(id));
    return context.json(banned);
  });
  routes.post('/unban', async (context) => {
    const { user_ids } = parseParameters(userIdsSchema, await readBody(context));
    for (const id of user_ids) users.get(id);
    const unbanned = [];
    for (const id of user_ids) unbanned.push(await users.unban(id));
    return context.json(unbanned);
  });
  routes.post('/:id/ban', async (context) => {
    return context.json(await users.ban(context.req.param('id')));
  });
  routes.post('/:id/unban', async (context) => {
    return context.json(await users.unban(context.req.param('id')));
  });
  routes.post('/:id/lock', async (context) => {
    return context.json(
      await users.change(context.req.param('id'), (user) => ({ ...user, locked: true })),
    );
  });
  routes.post('/:id/unlock', async (context) => {
    return context.json(
      await users.change(context.req.param('id'), (user) => ({ ...user, locked: false })),
    );
  });
  routes.post('/:id/verify_password', async (context) => {
    const { passwordHash } = users.directory.get(context.req.param('id'));
    const { password } = parseParameters(passwordSchema, await readBody(context));
    if (passwordHash === null) throw noPassword();
    if (!(await verifyPassword(password, passwordHash))) throw incorrectPassword();
    return context.json({ verified: true });
  });
  routes.post('/:id/remove_password', async (context) => {
    const id = context.req.param('id');
    const fields = parseParameters(removePasswordSchema, await readBody(context));
    return context.json(await users.removePassword(id, fields.sign_out_of_other_sessions === true));
  });
  routes.post('/:id/profile_image', async (context) => {
    const id = context.req.param('id');
    users.get(id);
    const { file } = await context.req.parseBody();
    if (!(file instanceof File)) throw invalidParameter('file', 'form_param_missing', 'is missing');
    return context.json(await users.setImage(id, await dataUrlOf(file)));
  });
  routes.delete('/:id/profile_image', async (context) => {
    return context.json(await users.setImage(context.req.param('id'), null));
  });
  routes.get('/:id/organization_memberships', (context) => {
    const { id } = users.get(context.req.param('id'));
    return context.json(countedPageOf(context, organizations.memberships({ userId: id })));
  });
  return routes;
}

/** Images are stored in the user record, so they are small. Clerk's own limit is 10 MB. */
const maxImageBytes = 1_000_000;

async function dataUrlOf(file: File): Promise<string> {
  if (!/^image\/(?:png|jpeg|gif|webp)$/.test(file.type)) {
    throw invalidParameter('file', 'form_param_format_invalid', 'must be an image');
  }
  if (file.size > maxImageBytes) {
    throw new ClerkApiError(413, 'image_too_large', 'Image too large', {
      longMessage: `clerk-local stores images of up to ${maxImageBytes} bytes.`,
    });
  }
  const bytes = Buffer.from(await file.arrayBuffer());
  return `data:${file.type};base64,${bytes.toString('base64')}`;
}

function noPassword(): Error {
  return new ClerkApiError(400, 'no_password_set', 'no password set', {
    longMessage: 'The user does not have a password set.',
  });
}

function incorrectPassword(): Error {
  return new ClerkApiError(422, 'incorrect_password', 'incorrect password', {
    longMessage: 'The provided password is incorrect.',
  });
}
