import { Hono } from 'hono';
import { z } from 'zod';
import { notEmulated } from '../domain/shared/clerk-api-error.js';
import type { Features } from '../domain/shared/features.js';
import { optionalText } from '../domain/shared/parameters.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import type { Passkeys } from '../domain/users/passkeys.js';
import { parseBody, requestOrigin } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import { toClientPasskey } from './passkey-resource.js';

export interface PasskeysRoutesOptions {
  readonly calls: ClientCalls;
  readonly passkeys: Passkeys;
  readonly features: Features;
  /** Requires reverification, if the instance enables it. */
  readonly requireRecent: (session: SessionRecord) => void;
}

const renameSchema = z.strictObject({ name: z.string().min(1).max(256) });
const attemptSchema = z.strictObject({
  strategy: z.literal('passkey').nullish(),
  public_key_credential: optionalText,
});

/** `/v1/me/passkeys`: the passkeys of the signed-in user. */
export function passkeysRoutes(options: PasskeysRoutesOptions): Hono {
  const { calls, passkeys, features, requireRecent } = options;
  const routes = new Hono();
  routes.post('/', (context) => {
    const session = calls.session(context);
    if (!features.has('passkey')) throw notEmulated('A passkey without --enable passkey');
    requireRecent(session);
    const pending = passkeys.begin(session.userId, requestOrigin(context));
    return calls.answer(context, toClientPasskey(pending));
  });
  routes.get('/:id', (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, toClientPasskey(passkeys.get(userId, context.req.param('id'))));
  });
  routes.patch('/:id', async (context) => {
    const { userId } = calls.session(context);
    const { name } = await parseBody(context, renameSchema);
    const renamed = await passkeys.rename(userId, context.req.param('id'), name);
    return calls.answer(context, toClientPasskey(renamed));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { userId } = calls.session(context);
    const fields = await parseBody(context, attemptSchema);
    const id = context.req.param('id');
    const passkey = await passkeys.finish(userId, id, fields.public_key_credential ?? '');
    return calls.answer(context, toClientPasskey(passkey));
  });
  routes.delete('/:id', async (context) => {
    const session = calls.session(context);
    const id = context.req.param('id');
    await passkeys.remove(session.userId, id);
    return calls.answer(context, { object: 'passkey', id, deleted: true });
  });
  return routes;
}
