import { Hono } from 'hono';
import { z } from 'zod';
import type { SignUpAttempts } from '../domain/sessions/sign-up-attempts.js';
import { flag, optionalText } from '../domain/shared/parameters.js';
import { parseBody } from '../http/request.js';

const updateSchema = z.strictObject({ external_id: optionalText, custom_action: flag.nullish() });

/** `/v1/sign_ups`: the sign-ups of browsers. */
export function signUpsRoutes(signUps: SignUpAttempts): Hono {
  const routes = new Hono();
  routes.get('/:id', (context) => context.json(signUps.get(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const fields = await parseBody(context, updateSchema);
    const signUp = await signUps.update(context.req.param('id'), {
      externalId: fields.external_id,
      customAction: fields.custom_action,
    });
    return context.json(signUp);
  });
  return routes;
}
