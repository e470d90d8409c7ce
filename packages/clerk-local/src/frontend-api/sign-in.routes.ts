import { Hono } from 'hono';
import { parseParameters } from '../domain/shared/parameters.js';
import { parseBody, readBody, requestOrigin } from '../http/request.js';
import type { Features } from '../domain/shared/features.js';
import type { ClientCalls } from './client-calls.js';
import {
  attemptFirstFactorSchema,
  attemptSecondFactorSchema,
  createSignInSchema,
  prepareFirstFactorSchema,
  prepareSecondFactorSchema,
  resetPasswordSchema,
} from './sign-in-parameters.js';
import type { SignIns } from './sign-ins.js';
import { refuseDisabledProvider } from './verification.js';

/** `/v1/client/sign_ins` */
export function signInRoutes(signIns: SignIns, calls: ClientCalls, features: Features): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(createSignInSchema, body);
    const signIn = await signIns.create(calls.client(context), fields, requestOrigin(context));
    return calls.answer(context, signIn);
  });
  routes.get('/:id', (context) => {
    const signIn = signIns.get(calls.client(context), context.req.param('id'));
    return calls.answer(context, signIn);
  });
  routes.post('/:id/prepare_first_factor', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(prepareFirstFactorSchema, body);
    const id = context.req.param('id');
    const origin = requestOrigin(context);
    return calls.answer(context, await signIns.prepare(calls.client(context), id, fields, origin));
  });
  routes.post('/:id/attempt_first_factor', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(attemptFirstFactorSchema, body);
    const id = context.req.param('id');
    return calls.answer(context, await signIns.attempt(calls.client(context), id, fields));
  });
  routes.post('/:id/prepare_second_factor', async (context) => {
    const fields = await parseBody(context, prepareSecondFactorSchema);
    const id = context.req.param('id');
    return calls.answer(
      context,
      await signIns.secondFactorSteps.prepare(calls.client(context), id, fields),
    );
  });
  routes.post('/:id/attempt_second_factor', async (context) => {
    const fields = await parseBody(context, attemptSecondFactorSchema);
    const id = context.req.param('id');
    return calls.answer(
      context,
      await signIns.secondFactorSteps.attempt(calls.client(context), id, fields),
    );
  });
  routes.post('/:id/reset_password', async (context) => {
    const fields = await parseBody(context, resetPasswordSchema);
    const id = context.req.param('id');
    return calls.answer(
      context,
      await signIns.secondFactorSteps.resetPassword(calls.client(context), id, fields),
    );
  });
  return routes;
}
