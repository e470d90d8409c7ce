import { Hono } from 'hono';
import { z } from 'zod';
import { notEmulated } from '../domain/shared/clerk-api-error.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { parseBody } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import type { EmailAddresses } from './email-addresses.js';
import { ignoredFields } from './verification.js';

const addSchema = z.strictObject({ email_address: z.string() });
const prepareSchema = z.strictObject({ ...ignoredFields, strategy: z.string() });
const attemptSchema = z.strictObject({ code: z.string() });

export interface EmailAddressesRoutesOptions {
  readonly emails: EmailAddresses;
  readonly calls: ClientCalls;
  /** Throws if the user has to verify a factor again. */
  readonly requireRecent: (session: SessionRecord) => void;
}

/** `/v1/me/email_addresses` */
export function emailAddressesRoutes({
  emails,
  calls,
  requireRecent,
}: EmailAddressesRoutesOptions): Hono {
  const routes = new Hono();
  // Clerk returns a plain list here, without `client`.
  routes.get('/', (context) => context.json(emails.list(calls.session(context).userId)));
  routes.post('/', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const { userId } = session;
    const { email_address } = await parseBody(context, addSchema);
    return calls.answer(context, await emails.add(userId, email_address));
  });
  routes.get('/:id', (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, emails.get(userId, context.req.param('id')));
  });
  routes.delete('/:id', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const { userId } = session;
    const id = context.req.param('id');
    await emails.remove(userId, id);
    return calls.answer(context, { object: 'email_address', id, deleted: true });
  });
  routes.post('/:id/prepare_verification', async (context) => {
    const { userId } = calls.session(context);
    const { strategy } = await parseBody(context, prepareSchema);
    if (strategy !== 'email_code') throw notEmulated(`Verification by ${strategy}`);
    return calls.answer(context, await emails.prepare(userId, context.req.param('id')));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { userId } = calls.session(context);
    const { code } = await parseBody(context, attemptSchema);
    return calls.answer(context, await emails.attempt(userId, context.req.param('id'), code));
  });
  return routes;
}
