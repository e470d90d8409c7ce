import { afterEach, expect, test } from 'vitest';
import { answers, type Behaviour, clerkUserJson, down } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withCanaries } from '../support/canary-api.js';
import { expectUser } from '../support/expect-answer.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { anEvent } from '../support/webhook.js';

const { fixture, canaries, aMarkedUser, me, webhook } = withCanaries((clerk) => {
  clerk.keysBehaviour = down;
});

// Must be the first test: the API has no keys until Clerk serves them.
test('Clerk’s answers with signing keys do not leak', async () => {
  const { api, clerk } = fixture();
  const word = canaries.plant('an answer with the keys');
  canaries.plantWhole('CLERK_SECRET_KEY', clerk.secretKey);
  const behaviours: Behaviour[] = [
    answers(200, `{"keys":[{"kid":"${word}"`),
    answers(200, JSON.stringify({ keys: word })),
    answers(200, JSON.stringify({ keys: [{ kty: word, kid: word, n: word }] })),
    answers(500, word, { 'x-word': word }),
    answers(302, '', { location: `https://${word}.example/` }),
  ];
  const token = await aProfileToken(clerk.key, aMarkedUser('a token before there are keys'));
  for (const behaviour of behaviours) {
    clerk.keysBehaviour = behaviour;
    const before = clerk.keyRequests;
    await until('the keys are fetched', async () => {
      expect((await me('a token before there are keys', token)).status).toBe(503);
      return clerk.keyRequests > before;
    });
  }
  clerk.keysBehaviour = undefined;
  await until('the keys are loaded', async () => (await api.me(token)).status === 200);
});

/** Ways in which a real PostgreSQL refuses a row and quotes its values. */
const refusals: readonly (readonly [string, string, number])[] = [
  [
    'a failed check (23514: “Failing row contains …”)',
    `alter table users add constraint picky check (email not like 'canary%') not valid`,
    503,
  ],
  [
    'a unique index (23505: “Key (email)=(…) already exists”)',
    `create unique index picky on users (left(email, 6)) where deleted_at is null`,
    503,
  ],
  ['a value that is too long (22001)', 'alter table users alter name type varchar(9)', 503],
  [
    'text that is not a number (22P02: “invalid input syntax for type integer: …”)',
    refuseBy('perform new.name::integer'),
    500,
  ],
  [
    'an error raised by a trigger',
    refuseBy(`raise exception 'no % %', new.email, new.name using detail = new.image_url`),
    503,
  ],
  [
    'an error of a trigger that claims to be one of a constraint (23505)',
    refuseBy('raise unique_violation using message = new.email, detail = new.name'),
    503,
  ],
  [
    'a notice, a warning and a log line from a trigger',
    refuseBy(`raise notice '%', new.email; raise warning '%', new.name; raise log '%', new.email`),
    200,
  ],
];

function refuseBy(work: string): string {
  return `create or replace function picky() returns trigger language plpgsql
            as $$ begin ${work}; return new; end $$;
          create trigger picky before insert on users for each row execute function picky()`;
}

// After each test, so that a refusal that fails its test does not fail the next ones.
afterEach(async () => {
  await fixture().database.query(
    `alter table users drop constraint if exists picky; drop index if exists picky;
     drop trigger if exists picky on users; alter table users alter name type text`,
  );
});

test.each(refusals)('database errors do not leak: %s', async (refusal, statement, expected) => {
  const { clerk, database } = fixture();
  await database.query('delete from users');
  const first = aMarkedUser(refusal);
  expectUser(await me(refusal, await aProfileToken(clerk.key, first)));
  // The unique index needs an existing user.
  if (!refusal.startsWith('a unique index')) await database.query('delete from users');
  await database.query(statement);

  const clerkUser = aMarkedUser(refusal);
  expect((await me(refusal, await aProfileToken(clerk.key, clerkUser))).status).toBe(expected);
  const user = clerkUserJson(aMarkedUser(refusal), Date.now());
  expect((await webhook(anEvent('user.created', user))).status).toBe(expected);
});

test('answers of Clerk’s Backend API do not leak', async () => {
  const { clerk } = fixture();
  const word = canaries.plant('an answer of the Backend API');
  const stranger = aMarkedUser('an answer of the Backend API');
  const behaviours: Behaviour[] = [
    answers(200, `{"id":"${word}`),
    answers(200, JSON.stringify(clerkUserJson(stranger, Date.now()))),
    answers(200, JSON.stringify({ id: word, updated_at: word, [word]: word })),
    answers(500, word, { 'x-word': word }),
    answers(302, '', { location: `https://${word}.example/` }),
    answers(403, word),
    answers(422, JSON.stringify({ errors: [{ message: word }] })),
    answers(404, word),
  ];
  for (const behaviour of behaviours) {
    clerk.usersBehaviour = behaviour;
    const { clerkId } = aMarkedUser('a token without a profile');
    const { status } = await me(
      'a token without a profile',
      await aSessionToken(clerk.key, clerkId),
    );
    expect([401, 503]).toContain(status);
  }
  clerk.usersBehaviour = undefined;
});
