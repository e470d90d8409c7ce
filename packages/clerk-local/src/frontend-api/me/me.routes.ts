import { Hono } from 'hono';
import { readBody } from '../../http/body.js';
import { parseParameters } from '../../http/parameters.js';
import type { Sessions } from '../../sessions/sessions.js';
import type { Users } from '../../users/users.js';
import type { ClientCalls } from '../client-calls.js';
import { toClientUser } from '../user-resource.js';
import { changePassword } from './change-password.js';
import { deleteSelf } from './delete-self.js';
import { changePasswordSchema, updateMeSchema, updateMyMetadataSchema } from './me-input.js';

export interface MeRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly sessions: Sessions;
}

/** `/v1/me`: the person who is signed in. */
export function meRoutes({ calls, users, sessions }: MeRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, toClientUser(users.get(userId)));
  });
  routes.patch('/', async (context) => {
    const { userId } = calls.session(context);
    const fields = parseParameters(updateMeSchema, await readBody(context));
    return calls.answer(context, toClientUser(await users.update(userId, fields)));
  });
  routes.delete('/', async (context) => {
    const deleted = await deleteSelf(users, calls.session(context).userId);
    return calls.answer(context, deleted);
  });
  routes.patch('/metadata', async (context) => {
    const { userId } = calls.session(context);
    const fields = parseParameters(updateMyMetadataSchema, await readBody(context));
    return calls.answer(context, toClientUser(await users.mergeMetadata(userId, fields)));
  });
  routes.post('/change_password', async (context) => {
    const session = calls.session(context);
    const fields = parseParameters(changePasswordSchema, await readBody(context));
    const user = await changePassword({ users, sessions }, session, fields);
    return calls.answer(context, toClientUser(user));
  });
  return routes;
}
