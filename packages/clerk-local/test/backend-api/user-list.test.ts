import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aClock } from '../support/clock.js';

/** Creates twelve users, `u01@…` to `u12@…`, one second apart, starting at the epoch. */
async function twelveUsers(clock = aClock(0)): Promise<ClerkLocal> {
  const clerk = await aClerkLocal({ now: clock.now });
  for (let number = 1; number <= 12; number += 1) {
    clock.advance(1000);
    const name = `u${number.toString().padStart(2, '0')}`;
    await clerk.users.create({
      email_address: [`${name}@example.com`],
      first_name: number % 2 === 0 ? 'Even' : 'Odd',
      last_name: name.toUpperCase(),
      external_id: `ext_${name}`,
    });
  }
  return clerk;
}

/** Returns the users that match a query, as `u01,u02`. */
async function found(clerk: ClerkLocal, query: string): Promise<string> {
  const response = await callBackendApi(clerk, { method: 'GET', path: `/v1/users?${query}` });
  const users = z
    .array(z.object({ email_addresses: z.tuple([z.object({ email_address: z.string() })]) }))
    .parse(await response.json());
  return users.map((user) => user.email_addresses[0].email_address.split('@')[0]).join();
}

async function idOf(clerk: ClerkLocal, email: string): Promise<string> {
  const [user] = await clerk.users.list({ email_address: [email] });
  return user?.id ?? '';
}

describe('listing users', () => {
  test('returns ten users, newest first, and the next page from an offset', async () => {
    const clerk = await twelveUsers();
    expect(await found(clerk, '')).toBe('u12,u11,u10,u09,u08,u07,u06,u05,u04,u03');
    expect(await found(clerk, 'offset=10')).toBe('u02,u01');
    expect(await found(clerk, 'limit=2&offset=1')).toBe('u11,u10');
  });

  test('continues after the last user of a page', async () => {
    const clerk = await twelveUsers();
    const after = `starting_after=${await idOf(clerk, 'u11@example.com')}&limit=2`;
    expect(await found(clerk, after)).toBe('u10,u09');
    expect(await found(clerk, `${after}&order_by=created_at`)).toBe('u12');
  });

  test('filters by phone number, username, ban and organization', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({
      email_address: ['ada@example.com'],
      phone_number: ['+15555550100'],
      username: 'countess',
      banned: true,
    });
    await clerk.users.create({ email_address: ['eve@example.com'] });
    const json = { name: 'Acme', created_by: id };
    const path = '/v1/organizations';
    const response = await callBackendApi(clerk, { method: 'POST', path, json });
    const organization = z.object({ id: z.string() }).parse(await response.json()).id;
    for (const query of [
      'phone_number=%2B15555550100',
      'phone_number_query=5550100',
      'username=countess',
      'username_query=COUNT',
      'query=countess',
      'banned=true',
      `organization_id=${organization}`,
      `organization_id=%2B${organization}`,
    ]) {
      expect.soft(await found(clerk, query), query).toBe('ada');
    }
    for (const query of ['banned=false', `organization_id=-${organization}`]) {
      expect.soft(await found(clerk, query), query).toBe('eve');
    }
    expect(await found(clerk, 'web3_wallet=0x1')).toBe('');
    expect(await found(clerk, 'provider=oauth_google&provider_user_id=1')).toBe('');
  });

  test('orders by a key, ascending or descending', async () => {
    const clock = aClock(0);
    const clerk = await twelveUsers(clock);
    clock.advance(1000);
    await clerk.users.update(await idOf(clerk, 'u05@example.com'), { locale: 'en' });
    expect(await found(clerk, 'limit=3&order_by=created_at')).toBe('u01,u02,u03');
    expect(await found(clerk, 'limit=3&order_by=%2Bcreated_at')).toBe('u01,u02,u03');
    expect(await found(clerk, 'limit=3&order_by=+email_address')).toBe('u01,u02,u03');
    expect(await found(clerk, 'limit=2&order_by=-updated_at')).toBe('u05,u12');
    expect(await found(clerk, 'limit=2&order_by=-last_name')).toBe('u12,u11');
    expect(await found(clerk, 'limit=2&order_by=first_name')).toBe('u12,u10');
  });

  test('applies every filter', async () => {
    const clerk = await twelveUsers();
    const id = await idOf(clerk, 'u07@example.com');
    expect(await found(clerk, 'email_address=U03@example.com&email_address=u04@example.com')).toBe(
      'u04,u03',
    );
    expect(await found(clerk, 'email_address=nobody@example.com')).toBe('');
    expect(await found(clerk, `user_id=${id}`)).toBe('u07');
    expect(await found(clerk, `user_id=%2B${id}`)).toBe('u07');
    expect(await found(clerk, `user_id=-${id}&limit=12`)).not.toContain('u07');
    expect(await found(clerk, 'external_id=ext_u09')).toBe('u09');
    // The space prevents matches in ids, which are searched too and are random.
    expect(await found(clerk, 'query=%20U1')).toBe('u12,u11,u10');
    expect(await found(clerk, 'query=even%20u&limit=2')).toBe('u12,u10');
    expect(await found(clerk, 'email_address_query=u02@EX')).toBe('u02');
    expect(await found(clerk, 'name_query=odd u05')).toBe('u05');
    expect(await found(clerk, 'created_at_after=11000')).toBe('u12');
    expect(await found(clerk, 'created_at_before=3000')).toBe('u02,u01');
    expect(await found(clerk, 'last_sign_in_at_after=0')).toBe('');
  });

  test('counts all matching users, regardless of the page', async () => {
    const clerk = await twelveUsers();
    const count = async (query: string): Promise<unknown> => {
      const path = `/v1/users/count?${query}`;
      return (await callBackendApi(clerk, { method: 'GET', path })).json();
    };
    expect(await count('')).toEqual({ object: 'total_count', total_count: 12 });
    expect(await count('query=even%20u&limit=1')).toEqual({
      object: 'total_count',
      total_count: 6,
    });
  });

  test.each([
    'limit=0',
    'limit=501',
    'limit=ten',
    'offset=-1',
    'order_by=shoe_size',
    'shoe_size=1',
    'starting_after=user_none',
    'starting_after=user_none&order_by=first_name',
    'starting_after=user_none&offset=1',
  ])('rejects %s', async (query) => {
    const clerk = await aClerkLocal();
    const response = await callBackendApi(clerk, { method: 'GET', path: `/v1/users?${query}` });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: [{ meta: { param_name: query.split('=')[0] } }],
    });
  });
});
