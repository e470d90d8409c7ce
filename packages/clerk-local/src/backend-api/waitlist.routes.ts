import { Hono } from 'hono';
import { z } from 'zod';
import type { Waitlist } from '../domain/objects/waitlist.js';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import { orderBy } from '../domain/shared/ordering.js';
import { flag } from '../domain/shared/parameters.js';
import { parseEmail } from '../domain/users/email-address.js';
import { countedPageOf, parseBody, parseListQuery } from '../http/request.js';
import { invite, type TicketsRoutesOptions } from './tickets.routes.js';

const entrySchema = z.strictObject({
  email_address: z.string(),
  /** Accepted without effect: the console shows every mail. */
  notify: flag.nullish(),
});
const filters = {
  status: z.enum(['pending', 'invited', 'rejected', 'completed']).optional(),
  query: z.string().optional(),
  order_by: orderBy(['created_at', 'email_address', 'invited_at']),
};
const inviteSchema = z.strictObject({ ignore_existing: flag.nullish() });

/** `/v1/waitlist_entries` */
export function waitlistRoutes(waitlist: Waitlist, tickets: TicketsRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const { order_by, ...query } = parseListQuery(context, filters);
    return context.json(countedPageOf(context, waitlist.list(query, order_by)));
  });
  routes.post('/', async (context) => {
    const { email_address } = await parseBody(context, entrySchema);
    return context.json(await waitlist.join(parseEmail(email_address)));
  });
  routes.post('/bulk', async (context) => {
    const all = await parseBody(context, z.array(entrySchema).min(1).max(50));
    const emails = all.map(({ email_address }) => parseEmail(email_address));
    if (new Set(emails).size < emails.length) throw duplicate();
    const entries = [];
    for (const email of emails) entries.push(await waitlist.join(email));
    return context.json(entries);
  });
  routes.delete('/:id', async (context) => {
    return context.json(await waitlist.delete(context.req.param('id')));
  });
  routes.post('/:id/invite', async (context) => {
    const { ignore_existing } = await parseBody(context, inviteSchema);
    const id = context.req.param('id');
    const invitation = await invite(
      {
        email_address: String(waitlist.get(id)['email_address']),
        ignore_existing,
        expires_in_days: 30,
      },
      tickets,
    );
    return context.json(await waitlist.change(id, 'invited', invitation));
  });
  routes.post('/:id/reject', async (context) => {
    return context.json(await waitlist.change(context.req.param('id'), 'rejected'));
  });
  return routes;
}

function duplicate(): Error {
  return invalidParameter(
    'email_address',
    'form_param_duplicate',
    'duplicate values',
    'The request has the same email address more than once.',
  );
}
