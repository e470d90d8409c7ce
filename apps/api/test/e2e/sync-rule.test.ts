import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import {
  aClerkUser,
  familyName,
  type ClerkUser,
} from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken, nowInSeconds } from '../support/session-token.js';
import { storedRow, storedRows } from '../support/stored-user.js';
import { deliver } from '../support/webhook.js';

const fixture = withApi();

/** In milliseconds; earlier than every token of the tests. */
const start = Date.now() - 3_600_000;

const renamed = (clerkUser: ClerkUser): ClerkUser => ({
  ...clerkUser,
  name: `Grace ${familyName}`,
});
const token = (clerkUser: ClerkUser, claims = {}): Promise<string> =>
  aProfileToken(fixture().clerk.key, clerkUser, { claims });
const webhook = async (
  type: string,
  clerkUser: ClerkUser,
  updatedAt: number,
): ReturnType<typeof deliver> => deliver(fixture().api, type, clerkUserJson(clerkUser, updatedAt));
const deletion = (clerkUser: ClerkUser): ReturnType<typeof deliver> =>
  deliver(fixture().api, 'user.deleted', { id: clerkUser.clerkId, object: 'user', deleted: true });

describe('a live row', () => {
  test('takes a newer profile from a webhook', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    expectOutcome(await webhook('user.created', clerkUser, start), 'created');
    const before = expectUser(await api.me(await token(clerkUser, { updatedAt: start })));

    expectOutcome(await webhook('user.updated', renamed(clerkUser), start + 1), 'updated');

    const after = expectUser(await api.me(await token(clerkUser, { updatedAt: start })));
    expect(after).toMatchObject({
      ...renamed(clerkUser),
      id: before.id,
      createdAt: before.createdAt,
    });
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    expect((await storedRow(database, clerkUser.clerkId)).profile_version).toBe(String(start + 1));
  });

  test('takes a newer profile from a token', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    const { id } = expectUser(await api.me(await token(clerkUser, { updatedAt: start })));
    const after = expectUser(
      await api.me(await token(renamed(clerkUser), { updatedAt: start + 1 })),
    );
    expect(after).toMatchObject({ ...renamed(clerkUser), id });
  });

  test('takes a newer profile from a token that has only an iat', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.created', clerkUser, start);
    const iat = nowInSeconds() - 20;
    expectUser(await api.me(await token(renamed(clerkUser), { iat })));
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      name: renamed(clerkUser).name,
      profile_version: String(iat * 1000),
    });
  });

  test.each([0, -1, -1_000_000])(
    'keeps its profile if another one is %i ms newer',
    async (difference) => {
      const { api, database } = fixture();
      const clerkUser = aClerkUser();
      await webhook('user.created', clerkUser, start);
      const before = await storedRow(database, clerkUser.clerkId);

      const updatedAt = start + difference;
      const user = expectUser(await api.me(await token(renamed(clerkUser), { updatedAt })));
      expect(user.name).toBe(clerkUser.name);
      expectOutcome(await webhook('user.updated', renamed(clerkUser), updatedAt), 'stale');

      expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
    },
  );

  test('is not overwritten by a token whose iat is older than the last webhook', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.updated', clerkUser, Date.now());
    const before = await storedRow(database, clerkUser.clerkId);
    const old = await token(renamed(clerkUser), { iat: nowInSeconds() - 30 });
    expect(expectUser(await api.me(old)).name).toBe(clerkUser.name);
    expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
  });

  test('advances its version for the same profile with a newer exact version', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.created', clerkUser, start);
    const before = expectUser(await api.me(await token(clerkUser, { updatedAt: start })));

    expectOutcome(await webhook('user.updated', clerkUser, start + 10), 'unchanged');
    const advanced = await storedRow(database, clerkUser.clerkId);
    expect(advanced.profile_version).toBe(String(start + 10));
    // An older profile is stale now.
    expectOutcome(await webhook('user.updated', renamed(clerkUser), start + 5), 'stale');
    expect(expectUser(await api.me(await token(clerkUser, { updatedAt: start })))).toEqual(before);
  });

  test('is not written for the same profile with a newer iat', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.created', clerkUser, start);
    const before = await storedRow(database, clerkUser.clerkId);
    expectUser(await api.me(await token(clerkUser)));
    expectUser(await api.me(await token(clerkUser, { iat: nowInSeconds() + 2 })));
    expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
  });

  test('is not written for a repeated webhook or a user.created after user.updated', async () => {
    const { database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.updated', renamed(clerkUser), start + 5);
    const before = await storedRow(database, clerkUser.clerkId);
    expectOutcome(await webhook('user.updated', renamed(clerkUser), start + 5), 'unchanged');
    expectOutcome(await webhook('user.created', clerkUser, start), 'stale');
    expect(await storedRow(database, clerkUser.clerkId)).toEqual(before);
  });

  test('loses its email, name and image URL if Clerk no longer has any', async () => {
    const { api } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.created', clerkUser, start);
    const bare = { ...clerkUser, email: null, name: null, imageUrl: null };
    expect(expectUser(await api.me(await token(bare)))).toMatchObject(bare);
  });
});

describe('a deleted user', () => {
  test('is refused with a valid token and keeps no personal data', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    const live = await token(clerkUser);
    const { id } = expectUser(await api.me(live));

    expectOutcome(await deletion(clerkUser), 'deleted');

    expectProblem(await api.me(live), 401, 'user_deleted');
    expectProblem(
      await api.me(await token(renamed(clerkUser), { updatedAt: Date.now() })),
      401,
      'user_deleted',
    );
    expectProblem(
      await api.me(await aSessionToken(fixture().clerk.key, clerkUser.clerkId)),
      401,
      'user_deleted',
    );
    expect(await storedRow(database, clerkUser.clerkId)).toMatchObject({
      id,
      deleted: true,
      email: null,
      name: null,
      image_url: null,
    });
  });

  test('stays deleted after late webhooks and a second deletion', async () => {
    const { database } = fixture();
    const clerkUser = aClerkUser();
    await webhook('user.created', clerkUser, start);
    expectOutcome(await deletion(clerkUser), 'deleted');
    const tombstone = await storedRow(database, clerkUser.clerkId);

    expectOutcome(await webhook('user.updated', clerkUser, Date.now() + 60_000), 'ignored');
    expectOutcome(await webhook('user.created', clerkUser, start), 'ignored');
    expectOutcome(await deletion(clerkUser), 'ignored');

    expect(await storedRow(database, clerkUser.clerkId)).toEqual(tombstone);
  });

  test('stays deleted if the deletion arrives first', async () => {
    const { api, database } = fixture();
    const clerkUser = aClerkUser();
    expectOutcome(await deletion(clerkUser), 'deleted');
    expectOutcome(await webhook('user.created', clerkUser, start), 'ignored');
    expectProblem(await api.me(await token(clerkUser)), 401, 'user_deleted');
    expect(await storedRows(database, clerkUser.clerkId)).toMatchObject([
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
      const clerkUser = aClerkUser();
      expectUser(await api.me(await token(clerkUser, { [claim]: updatedAt })));
      const { profile_version: version } = await storedRow(database, clerkUser.clerkId);
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
    const clerkUser = aClerkUser();
    const iat = nowInSeconds() - 3;
    expectUser(await api.me(await token(clerkUser, { updatedAt, iat })));
    const { profile_version: version } = await storedRow(database, clerkUser.clerkId);
    expect(version).toBe(String(iat * 1000));
  });
});

describe('claims', () => {
  const stored = async (claims: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { api, clerk } = fixture();
    const { clerkId } = aClerkUser();
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
    const { clerkId } = aClerkUser();
    const claims = { email: 'e'.repeat(400), name: 'A\u0000\ud800', imageUrl: null };
    await api.me(await aSessionToken(clerk.key, clerkId, { claims }));
    const before = await storedRow(database, clerkId);
    const later = { ...claims, iat: nowInSeconds() + 2 };
    await api.me(await aSessionToken(clerk.key, clerkId, { claims: later }));
    expect(await storedRow(database, clerkId)).toEqual(before);
  });
});
