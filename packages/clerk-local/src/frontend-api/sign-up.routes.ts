import { Hono } from 'hono';
import { parseParameters } from '../domain/shared/parameters.js';
import { readBody, requestOrigin } from '../http/request.js';
import type { Features } from '../domain/shared/features.js';
import type { ClientCalls } from './client-calls.js';
import {
  attemptVerificationSchema,
  prepareVerificationSchema,
  signUpSchema,
} from './sign-up-parameters.js';
import type { SignUps } from './sign-ups.js';
import { refuseDisabledProvider } from './verification.js';

/** `/v1/client/sign_ups` */
export function signUpRoutes(signUps: SignUps, calls: ClientCalls, features: Features): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(signUpSchema, body);
    return calls.answer(context, await signUps.create(calls.client(context), fields));
  });
  routes.get('/:id', (context) => {
    const signUp = signUps.get(calls.client(context), context.req.param('id'));
    return calls.answer(context, signUp);
  });
  routes.patch('/:id', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(signUpSchema, body);
    const id = context.req.param('id');
    return calls.answer(context, await signUps.update(calls.client(context), id, fields));
  });
  routes.post('/:id/prepare_verification', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(prepareVerificationSchema, body);
    const id = context.req.param('id');
    const origin = requestOrigin(context);
    return calls.answer(context, await signUps.prepare(calls.client(context), id, fields, origin));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const body = refuseDisabledProvider(await readBody(context), features);
    const fields = parseParameters(attemptVerificationSchema, body);
    const id = context.req.param('id');
    return calls.answer(context, await signUps.attempt(calls.client(context), id, fields));
  });
  return routes;
}
