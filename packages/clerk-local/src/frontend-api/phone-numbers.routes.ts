import { Hono } from 'hono';
import { z } from 'zod';
import { checkCode, codeNotSent } from '../domain/messages/codes.js';
import type { Messages } from '../domain/messages/messages.js';
import { resourceNotFound } from '../domain/shared/clerk-api-error.js';
import { flag } from '../domain/shared/parameters.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import type { PhoneRecord } from '../domain/state/user-records.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import {
  makeDefaultSecondFactor,
  reserveForSecondFactor,
} from '../domain/users/second-factor-phones.js';
import { toPhoneNumber, type PhoneNumber } from '../domain/users/identification-resources.js';
import type { Users } from '../domain/users/users.js';
import { parseBody } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';

const addSchema = z.object({
  phone_number: phoneNumber,
  reserved_for_second_factor: flag.nullish(),
});
const updateSchema = z.object({
  reserved_for_second_factor: flag.nullish(),
  default_second_factor: flag.nullish(),
});
const prepareSchema = z.object({ strategy: z.literal('phone_code') });
const attemptSchema = z.object({ code: z.string() });

export interface PhoneNumbersRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly messages: Messages;
  /** Throws if the user has to verify a factor again. */
  readonly requireRecent: (session: SessionRecord) => void;
}

/** `/v1/me/phone_numbers` */
export function phoneNumbersRoutes(options: PhoneNumbersRoutesOptions): Hono {
  const { calls, users, messages, requireRecent } = options;
  const find = (userId: string, id: string): PhoneRecord => {
    const phone = users.directory.get(userId).phones.find((each) => each.id === id);
    if (phone) return phone;
    throw resourceNotFound(`No phone number was found with id ${id}`);
  };
  const change = async (
    userId: string,
    id: string,
    fields: Partial<PhoneRecord>,
    assign: (phones: readonly PhoneRecord[]) => readonly PhoneRecord[] = (phones) => phones,
  ): Promise<PhoneNumber> => {
    find(userId, id);
    const { now: updatedAt } = users.newContext();
    await users.change(userId, (user) => ({
      ...user,
      phones: assign(user.phones).map((phone) =>
        phone.id === id ? { ...phone, ...fields, updatedAt } : phone,
      ),
      // A user's first verified number becomes primary, as at Clerk.
      primaryPhoneId: fields.verified === true ? (user.primaryPhoneId ?? id) : user.primaryPhoneId,
    }));
    return toPhoneNumber(find(userId, id));
  };
  const routes = new Hono();
  // Clerk returns a plain list here, without `client`.
  routes.get('/', (context) => {
    return context.json(users.get(calls.session(context).userId).phone_numbers);
  });
  routes.post('/', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const fields = await parseBody(context, addSchema);
    users.directory.requireFreePhone(fields.phone_number);
    const { ids, now } = users.newContext();
    const phone: PhoneRecord = {
      id: ids.next('idn'),
      number: fields.phone_number,
      verified: false,
      reserved: false,
      codeSent: false,
      reservedForSecondFactor: fields.reserved_for_second_factor ?? false,
      defaultSecondFactor: false,
      createdAt: now,
      updatedAt: now,
    };
    await users.change(session.userId, (user) => ({ ...user, phones: [...user.phones, phone] }));
    return calls.answer(context, toPhoneNumber(phone));
  });
  routes.get('/:id', (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, toPhoneNumber(find(userId, context.req.param('id'))));
  });
  routes.patch('/:id', async (context) => {
    const { userId } = calls.session(context);
    const id = context.req.param('id');
    find(userId, id);
    const fields = await parseBody(context, updateSchema);
    const changed = await change(userId, id, {}, (phones) => {
      const reserved = reserveForSecondFactor(phones, id, fields.reserved_for_second_factor);
      return makeDefaultSecondFactor(reserved, id, fields.default_second_factor);
    });
    return calls.answer(context, changed);
  });
  routes.delete('/:id', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const id = context.req.param('id');
    find(session.userId, id);
    await users.change(session.userId, (user) => {
      const phones = user.phones.filter((phone) => phone.id !== id);
      const next = phones.find(({ verified }) => verified)?.id ?? null;
      return {
        ...user,
        phones,
        primaryPhoneId: user.primaryPhoneId === id ? next : user.primaryPhoneId,
      };
    });
    return calls.answer(context, { object: 'phone_number', id, deleted: true });
  });
  routes.post('/:id/prepare_verification', async (context) => {
    const { userId } = calls.session(context);
    await parseBody(context, prepareSchema);
    const phone = find(userId, context.req.param('id'));
    const changed = await change(userId, phone.id, { codeSent: true });
    messages.sendCode({
      channel: 'sms',
      to: phone.number,
      purpose: 'phone number',
      userId,
      identificationId: phone.id,
    });
    return calls.answer(context, changed);
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { userId } = calls.session(context);
    const { code } = await parseBody(context, attemptSchema);
    const phone = find(userId, context.req.param('id'));
    if (!phone.codeSent) throw codeNotSent();
    checkCode(code);
    const verified = { verified: true, codeSent: false };
    return calls.answer(context, await change(userId, phone.id, verified));
  });
  return routes;
}
