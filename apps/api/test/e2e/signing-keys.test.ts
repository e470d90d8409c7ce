import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answers,
  type Behaviour,
  type ClerkStub,
  createSigningKey,
  down,
  type SigningKey,
  silent,
} from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import type { ApiProcess } from '../support/api-process.js';
import { type ColdApiOptions, withColdApi as startCold } from '../support/cold-api.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import { Fault } from '../support/fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

const withColdApi = (
  run: (api: ApiProcess, clerk: ClerkStub) => Promise<void>,
  options?: ColdApiOptions,
): Promise<void> => startCold(database, run, options);

const tokenOf = (key: SigningKey): Promise<string> => aProfileToken(key, aClerkUser());

const outages: readonly (readonly [string, Behaviour])[] = [
  ['down', down],
  ['answering 500', answers(500)],
  ['answering 429', answers(429, '', { 'retry-after': '1' })],
  ['refusing the secret key', answers(401)],
  ['answering with something other than JSON', answers(200, '<html>')],
  ['answering without keys', answers(200, '{"keys":[]}')],
  ['answering with a malformed key set', answers(200, '{"keys":"none"}')],
  ['silent', silent],
];

test.concurrent(
  'requests get 503 in time, never 401, until the signing keys are loaded for the first time',
  async () => {
    await withColdApi(
      async (api, clerk) => {
        const token = await tokenOf(clerk.key);
        const fault = new Fault(`Clerk’s keys, cold: ${outages.length} kinds of outage in turn`);
        for (const [outage, behaviour] of outages) {
          clerk.keysBehaviour = behaviour;
          const before = clerk.keyRequests;
          await until(`the keys are fetched while ${outage}`, async () => {
            const answer = await api.me(token);
            expectProblem(answer, 503, 'auth_unavailable');
            fault.saw(answer);
            return clerk.keyRequests > before;
          });
        }
        // Text that cannot be a token is refused without a key.
        expectProblem(await api.me('nonsense'), 401, 'token_invalid');

        clerk.keysBehaviour = undefined;
        fault.over();
        await until('the keys are loaded', async () => (await api.me(token)).status === 200);
        fault.recovered();
      },
      {
        prepare: (clerk) => {
          clerk.keysBehaviour = down;
        },
      },
    );
  },
);

describe.concurrent('signing keys that were loaded', () => {
  test('are there before the API accepts requests, even if Clerk goes down at that moment', async () => {
    let isAnswered = false;
    await withColdApi(
      async (api, clerk) => {
        expect(isAnswered).toBe(true);
        clerk.keysBehaviour = down;
        expectUser(await api.me(await tokenOf(clerk.key)));
        expect(clerk.keyRequests).toBe(1);
      },
      {
        prepare: (clerk) => {
          // Later than the API would accept requests.
          clerk.keysBehaviour = (_request, response) => {
            setTimeout(() => {
              isAnswered = true;
              response.end(JSON.stringify({ keys: [clerk.key.jwk] }));
            }, 1_000);
          };
        },
      },
    );
  });

  test('are fetched once for concurrent requests and at most once more for 300 unknown key ids', async () => {
    await withColdApi(async (api, clerk) => {
      const tokens = await Promise.all(Array.from({ length: 30 }, () => tokenOf(clerk.key)));
      for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
        expectUser(answer);
      }
      expect(clerk.keyRequests).toBe(1);

      const flood = await Promise.all(
        Array.from({ length: 300 }, (_, index) => tokenOf({ ...clerk.key, kid: `ins_${index}` })),
      );
      for (const answer of await Promise.all(flood.map((token) => api.me(token)))) {
        expectProblem(answer, 401, 'token_invalid');
      }
      expect(clerk.keyRequests).toBeLessThanOrEqual(2);
      expectUser(await api.me(await tokenOf(clerk.key)));
    });
  });

  test('are used while Clerk is down', async () => {
    await withColdApi(async (api, clerk) => {
      expectUser(await api.me(await tokenOf(clerk.key)));
      clerk.keysBehaviour = down;
      expectUser(await api.me(await tokenOf(clerk.key)));
      // Without Clerk the API cannot know that this key does not exist.
      const rotated = await createSigningKey('ins_rotated');
      expectProblem(await api.me(await tokenOf(rotated)), 503, 'auth_unavailable');
      expectUser(await api.me(await tokenOf(clerk.key)));
    });
  });

  test('are fetched again for a rotated key, and tokens of the old key are refused', async () => {
    await withColdApi(async (api, clerk) => {
      const old = clerk.key;
      expectUser(await api.me(await tokenOf(old)));
      const rotated = await clerk.rotate('ins_rotated');
      const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(rotated)));
      for (const answer of await Promise.all(tokens.map((token) => api.me(token)))) {
        expectUser(answer);
      }
      expect(clerk.keyRequests).toBe(2);
      expectProblem(await api.me(await tokenOf(old)), 401, 'token_invalid');
    });
  });

  test('refuse a token of a withdrawn key, even if it was verified before', async () => {
    await withColdApi(async (api, clerk) => {
      const token = await tokenOf(clerk.key);
      expectUser(await api.me(token));
      expectUser(await api.me(token));
      const rotated = await clerk.rotate('ins_rotated');
      expectUser(await api.me(await tokenOf(rotated)));
      expectProblem(await api.me(token), 401, 'token_invalid');
    });
  });

  test('are read one by one: a broken key or one of another type does not affect the others', async () => {
    await withColdApi(async (api, clerk) => {
      const { jwk } = clerk.key;
      const others = [
        { ...jwk, kid: 'broken', n: '***' },
        { ...jwk, kid: 'short', n: 'AQAB' },
        { kty: 'EC', kid: 'ec', crv: 'P-256', x: 'AA', y: 'AA' },
        { kty: 'RSA' },
        null,
      ];
      clerk.keysBehaviour = answers(200, JSON.stringify({ keys: [...others, jwk] }));
      expectUser(await api.me(await tokenOf(clerk.key)));
      for (const kid of ['broken', 'short', 'ec']) {
        expectProblem(await api.me(await tokenOf({ ...clerk.key, kid })), 401, 'token_invalid');
      }
    });
  });
});

describe.concurrent('CLERK_JWT_KEY', () => {
  test('with escaped line breaks verifies tokens without a network', async () => {
    await withColdApi(
      async (api, clerk) => {
        clerk.keysBehaviour = down;
        expectUser(await api.me(await tokenOf(clerk.key)));
        const forged = await createSigningKey(clerk.key.kid);
        expectProblem(await api.me(await tokenOf(forged)), 401, 'token_invalid');
        expect(clerk.keyRequests).toBe(0);
      },
      { extra: (clerk) => ({ CLERK_JWT_KEY: clerk.key.pem.replaceAll('\n', '\\n') }) },
    );
  });
});
