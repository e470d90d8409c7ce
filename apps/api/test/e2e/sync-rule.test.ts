import { describe, expect, test } from 'vitest';
import { clerkUser } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aPerson,
  familyName,
  type Person,
} from '@populatte/nestjs-clerk-sync/test/support/people.js';
import { aProfileToken, aSessionToken, nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();

/** In milliseconds; earlier than every token of the tests. */
const start = Date.now() - 3_600_000;

const renamed = (person: Person): Person => ({ ...person, name: `Grace ${familyName}` });
const token = (person: Person, claims = {}): Promise<string> =>
  aProfileToken(fixture().clerk.key, person, { claims });
const webhook = async (
  type: string,
  person: Person,
  updatedAt: number,
): ReturnType<typeof deliver> => deliver(fixture().api, type, clerkUser(person, updatedAt));
const deletion = (person: Person): ReturnType<typeof deliver> =>
  deliver(fixture().api, 'user.deleted', { id: person.clerkId, object: 'user', deleted: true });

describe('a live row', () => {
  test('takes a newer profile from a webhook', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    expectOutcome(await webhook('user.created', person, start), 'created');
    const before = expectUser(await api.me(await token(person, { updatedAt: start })));

    expectOutcome(await webhook('user.updated', renamed(person), start + 1), 'updated');

    const after = expectUser(await api.me(await token(person, { updatedAt: start })));
    expect(after).toMatchObject({ ...renamed(person), id: before.id, createdAt: before.createdAt });
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    expect((await storedRow(database, person.clerkId)).profile_version).toBe(String(start + 1));
  });

  test('takes a newer profile from a token', async () => {
    const { api } = fixture();
    const person = aPerson();
    const { id } = expectUser(await api.me(await token(person, { updatedAt: start })));
    const after = expectUser(await api.me(await token(renamed(person), { updatedAt: start + 1 })));
    expect(after).toMatchObject({ ...renamed(person), id });
  });

  test('takes a newer profile from a token that has only an iat', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    await webhook('user.created', person, start);
    const iat = nowInSeconds() - 20;
    expectUser(await api.me(await token(renamed(person), { iat })));
    expect(await storedRow(database, person.clerkId)).toMatchObject({
      name: renamed(person).name,
      profile_version: String(iat * 1000),
    });
  });

  test.each([0, -1, -1_000_000])(
    'keeps its profile if another one is %i ms newer',
    async (difference) => {
      const { api, database } = fixture();
      const person = aPerson();
      await webhook('user.created', person, start);
      const before = await storedRow(database, person.clerkId);

      const updatedAt = start + difference;
      const user = expectUser(await api.me(await token(renamed(person), { updatedAt })));
      expect(user.name).toBe(person.name);
      expectOutcome(await webhook('user.updated', renamed(person), updatedAt), 'stale');

      expect(await storedRow(database, person.clerkId)).toEqual(before);
    },
  );

  test('is not overwritten by a token whose iat is older than the last webhook', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    await webhook('user.updated', person, Date.now());
    const before = await storedRow(database, person.clerkId);
    const old = await token(renamed(person), { iat: nowInSeconds() - 30 });
    expect(expectUser(await api.me(old)).name).toBe(person.name);
    expect(await storedRow(database, person.clerkId)).toEqual(before);
  });

  test('advances its version for the same profile with a newer exact version', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    await webhook('user.created', person, start);
    const before = expectUser(await api.me(await token(person, { updatedAt: start })));

    expectOutcome(await webhook('user.updated', person, start + 10), 'unchanged');
    const advanced = await storedRow(database, person.clerkId);
    expect(advanced.profile_version).toBe(String(start + 10));
    // An older profile is stale now.
    expectOutcome(await webhook('user.updated', renamed(person), start + 5), 'stale');
    expect(expectUser(await api.me(await token(person, { updatedAt: start })))).toEqual(before);
  });

  test('is not written for the same profile with a newer iat', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    await webhook('user.created', person, start);
    const before = await storedRow(database, person.clerkId);
    expectUser(await api.me(await token(person)));
    expectUser(await api.me(await token(person, { iat: nowInSeconds() + 2 })));
    expect(await storedRow(database, person.clerkId)).toEqual(before);
  });

  test('is not written for a repeated webhook or a user.created after user.updated', async () => {
    const { database } = fixture();
    const person = aPerson();
    await webhook('user.updated', renamed(person), start + 5);
    const before = await storedRow(database, person.clerkId);
    expectOutcome(await webhook('user.updated', renamed(person), start + 5), 'unchanged');
    expectOutcome(await webhook('user.created', person, start), 'stale');
    expect(await storedRow(database, person.clerkId)).toEqual(before);
  });

  test('loses its email, name and image URL if Clerk no longer has any', async () => {
    const { api } = fixture();
    const person = aPerson();
    await webhook('user.created', person, start);
    const bare = { ...person, email: null, name: null, imageUrl: null };
    expect(expectUser(await api.me(await token(bare)))).toMatchObject(bare);
  });
});

describe('a deleted user', () => {
  test('is refused with a valid token and keeps no personal data', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    const live = await token(person);
    const { id } = expectUser(await api.me(live));

    expectOutcome(await deletion(person), 'deleted');

    expectProblem(await api.me(live), 401, 'user_deleted');
    expectProblem(
      await api.me(await token(renamed(person), { updatedAt: Date.now() })),
      401,
      'user_deleted',
    );
    expectProblem(
      await api.me(await aSessionToken(fixture().clerk.key, person.clerkId)),
      401,
      'user_deleted',
    );
    expect(await storedRow(database, person.clerkId)).toMatchObject({
      id,
      deleted: true,
      email: null,
      name: null,
      image_url: null,
    });
  });

  test('stays deleted after late webhooks and a second deletion', async () => {
    const { database } = fixture();
    const person = aPerson();
    await webhook('user.created', person, start);
    expectOutcome(await deletion(person), 'deleted');
    const tombstone = await storedRow(database, person.clerkId);

    expectOutcome(await webhook('user.updated', person, Date.now() + 60_000), 'ignored');
    expectOutcome(await webhook('user.created', person, start), 'ignored');
    expectOutcome(await deletion(person), 'ignored');

    expect(await storedRow(database, person.clerkId)).toEqual(tombstone);
  });

  test('stays deleted if the deletion arrives first', async () => {
    const { api, database } = fixture();
    const person = aPerson();
    expectOutcome(await deletion(person), 'deleted');
    expectOutcome(await webhook('user.created', person, start), 'ignored');
    expectProblem(await api.me(await token(person)), 401, 'user_deleted');
    expect(await storedRows(database, person.clerkId)).toMatchObject([
      { deleted: true, email: null },
    ]);
  });
});

describe('a token’s version', () => {
  // 2023-11-14T22:13:20Z
  const seconds = 1_700_000_000;

  test.each<[string, unknown, number]>([
    ['seconds', seconds, seconds * 1000],
    ['milliseconds', seconds * 1000 + 123, seconds * 1000 + 123],
    ['ISO 8601', '2023-11-14T22:13:20.123Z', seconds * 1000 + 123],
    ['ISO 8601 without a fraction', '2023-11-14T22:13:20Z', seconds * 1000],
    ['ISO 8601 with an offset', '2023-11-15T00:13:20+02:00', seconds * 1000],
    ['Go’s format', '2023-11-14 22:13:20 +0000 UTC', seconds * 1000],
    [
      'Go’s format with a fraction',
      '2023-11-14 22:13:20.123456789 +0000 UTC',
      seconds * 1000 + 123,
    ],
  ])('is read from %s', async (_name, updatedAt, expected) => {
    const { api, database } = fixture();
    for (const claim of ['updatedAt', 'updated_at']) {
      const person = aPerson();
      expectUser(await api.me(await token(person, { [claim]: updatedAt })));
      const { profile_version: version } = await storedRow(database, person.clerkId);
      expect(version).toBe(String(expected));
    }
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['empty', ''],
    ['not a time', 'yesterday'],
    ['an object', {}],
    ['negative', -5],
    ['too large for a Date', 1e300],
  ])('is the iat if updatedAt is %s', async (_name, updatedAt) => {
    const { api, database } = fixture();
    const person = aPerson();
    const iat = nowInSeconds() - 3;
    expectUser(await api.me(await token(person, { updatedAt, iat })));
    const { profile_version: version } = await storedRow(database, person.clerkId);
    expect(version).toBe(String(iat * 1000));
  });
});

describe('claims', () => {
  const stored = async (claims: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { api, clerk } = fixture();
    const { clerkId } = aPerson();
    const whole = { email: 'a@people.example', name: 'Ada', imageUrl: null, ...claims };
    return {
      ...expectUser(await api.me(await aSessionToken(clerk.key, clerkId, { claims: whole }))),
    };
  };

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['name', {}, { name: 'Ada' }],
    ['fullName', { name: undefined, fullName: 'Ada L' }, { name: 'Ada L' }],
    ['full_name', { name: undefined, full_name: 'Ada L' }, { name: 'Ada L' }],
    [
      'firstName and lastName',
      { name: undefined, firstName: 'Ada', lastName: 'L' },
      { name: 'Ada L' },
    ],
    [
      'first_name and last_name',
      { name: undefined, first_name: 'Ada', last_name: null },
      { name: 'Ada' },
    ],
    [
      'first and last name both null',
      { name: undefined, first_name: null, last_name: null },
      { name: null },
    ],
    ['imageUrl', { imageUrl: 'https://i.example/1' }, { imageUrl: 'https://i.example/1' }],
    [
      'image_url',
      { imageUrl: undefined, image_url: 'https://i.example/2' },
      { imageUrl: 'https://i.example/2' },
    ],
    [
      'picture',
      { imageUrl: undefined, picture: 'https://i.example/3' },
      { imageUrl: 'https://i.example/3' },
    ],
    [
      'null everywhere',
      { email: null, name: null, imageUrl: null },
      { email: null, name: null, imageUrl: null },
    ],
    ['a claim of the wrong type beside a valid one', { name: 5, fullName: 'Ada' }, { name: 'Ada' }],
  ])('are read in every accepted spelling: %s', async (_name, claims, expected) => {
    expect(await stored(claims)).toMatchObject(expected);
  });

  test.each<[string, string, string | null]>([
    ['NUL alone', '\u0000', null],
    ['NUL within', 'A\u0000da', 'Ada'],
    ['a lone high surrogate', 'Ada\ud800', 'Ada'],
    ['a lone low surrogate', '\udc00Ada', 'Ada'],
    ['a surrogate pair', 'Ada \u{1f600}', 'Ada \u{1f600}'],
    ['text over the limit', 'x'.repeat(600), 'x'.repeat(512)],
    ['a surrogate pair across the limit', `${'x'.repeat(511)}\u{1f600}`, 'x'.repeat(511)],
    ['quotes and SQL', `'; drop table users; --`, `'; drop table users; --`],
  ])('are normalised before they are stored: %s', async (_name, name, expected) => {
    expect(await stored({ name })).toMatchObject({ name: expected });
  });

  test('are cut to their length limits', async () => {
    const bounded = await stored({ email: 'e'.repeat(400), imageUrl: 'i'.repeat(3000) });
    expect(bounded).toMatchObject({ email: 'e'.repeat(320), imageUrl: 'i'.repeat(2048) });
  });

  test('that were normalised compare as unchanged', async () => {
    const { api, clerk, database } = fixture();
    const { clerkId } = aPerson();
    const claims = { email: 'e'.repeat(400), name: 'A\u0000\ud800', imageUrl: null };
    await api.me(await aSessionToken(clerk.key, clerkId, { claims }));
    const before = await storedRow(database, clerkId);
    const later = { ...claims, iat: nowInSeconds() + 2 };
    await api.me(await aSessionToken(clerk.key, clerkId, { claims: later }));
    expect(await storedRow(database, clerkId)).toEqual(before);
  });
});
