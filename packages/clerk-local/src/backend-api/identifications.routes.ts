import { Hono } from 'hono';
import { z } from 'zod';
import { flag } from '../domain/shared/parameters.js';
import type { Identifications } from '../domain/users/identifications.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import { parseBody } from '../http/request.js';

const fields = {
  verified: flag.nullish(),
  primary: flag.nullish(),
};
const emailFields = {
  ...fields,
  /** Accepted without effect: clerk-local sends no mail. */
  notify_primary_email_address_changed: flag.nullish(),
};
const phoneFields = {
  ...fields,
  reserved_for_second_factor: flag.nullish(),
};

const createEmailSchema = z.strictObject({
  ...emailFields,
  user_id: z.string(),
  email_address: z.string(),
});
const updateEmailSchema = z.strictObject(emailFields);
const createPhoneSchema = z.strictObject({
  ...phoneFields,
  user_id: z.string(),
  phone_number: phoneNumber,
});
const updatePhoneSchema = z.strictObject(phoneFields);

const attemptSchema = z.strictObject({ verification_id: z.string(), code: z.string() });
const status = z.enum(['verified', 'reserved', 'unverified']).default('verified');
const replaceEmailSchema = z.strictObject({
  email_address: z.string(),
  identification_status: status,
  notify_primary_email_address_changed: flag.nullish(),
});
const replacePhoneSchema = z.strictObject({
  phone_number: phoneNumber,
  identification_status: status,
});

/** `PUT /v1/users/:id/email_address` and `/phone_number`: the user keeps only the new one. */
export function replaceIdentificationRoutes(identifications: Identifications): Hono {
  const routes = new Hono();
  routes.put('/:id/email_address', async (context) => {
    const { email_address, identification_status } = await parseBody(context, replaceEmailSchema);
    const id = context.req.param('id');
    return context.json(
      await identifications.replaceEmail(id, email_address, identification_status),
    );
  });
  routes.put('/:id/phone_number', async (context) => {
    const { phone_number, identification_status } = await parseBody(context, replacePhoneSchema);
    const id = context.req.param('id');
    return context.json(
      await identifications.replacePhone(id, phone_number, identification_status),
    );
  });
  return routes;
}

/** `/v1/email_addresses` of the Backend API. */
export function backendEmailAddressRoutes(identifications: Identifications): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { user_id, email_address, ...rest } = await parseBody(context, createEmailSchema);
    return context.json(await identifications.addEmail(user_id, email_address, rest));
  });
  routes.get('/:id', (context) => context.json(identifications.email(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const change = await parseBody(context, updateEmailSchema);
    return context.json(await identifications.updateEmail(context.req.param('id'), change));
  });
  routes.delete('/:id', async (context) => {
    const id = context.req.param('id');
    await identifications.removeEmail(id);
    return context.json({ object: 'email_address', id, deleted: true });
  });
  routes.post('/:id/prepare_verification', async (context) => {
    return context.json(await identifications.prepareEmail(context.req.param('id')));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { verification_id, code } = await parseBody(context, attemptSchema);
    const id = context.req.param('id');
    return context.json(await identifications.attemptEmail(id, verification_id, code));
  });
  return routes;
}

/** `/v1/phone_numbers` of the Backend API. */
export function backendPhoneNumberRoutes(identifications: Identifications): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { user_id, phone_number, ...rest } = await parseBody(context, createPhoneSchema);
    return context.json(await identifications.addPhone(user_id, phone_number, rest));
  });
  routes.get('/:id', (context) => context.json(identifications.phone(context.req.param('id'))));
  routes.patch('/:id', async (context) => {
    const change = await parseBody(context, updatePhoneSchema);
    return context.json(await identifications.updatePhone(context.req.param('id'), change));
  });
  routes.delete('/:id', async (context) => {
    const id = context.req.param('id');
    await identifications.removePhone(id);
    return context.json({ object: 'phone_number', id, deleted: true });
  });
  routes.post('/:id/prepare_verification', async (context) => {
    return context.json(await identifications.preparePhone(context.req.param('id')));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { verification_id, code } = await parseBody(context, attemptSchema);
    const id = context.req.param('id');
    return context.json(await identifications.attemptPhone(id, verification_id, code));
  });
  return routes;
}
