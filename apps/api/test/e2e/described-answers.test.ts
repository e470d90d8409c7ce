import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { clerkUserJson } from '@populatte/clerk-stub';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { DescribedAnswers } from '../support/described-answers.js';
import type { Outgoing } from '../support/send.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { aDelivery, anEvent } from '../support/webhook.js';

const fixture = withApi();

let described: DescribedAnswers;
let authorizations: (string | undefined)[];

beforeAll(async () => {
  const { api, clerk } = fixture();
  described = new DescribedAnswers((await api.send('/openapi.json')).json());
  const seconds = Math.floor(Date.now() / 1000);
  const gone = aClerkUser();
  const deleted = await aProfileToken(clerk.key, gone);
  await api.me(deleted);
  await api.send('/webhooks/clerk', aDelivery(anEvent('user.deleted', { id: gone.clerkId })));
  const right = await aProfileToken(clerk.key, aClerkUser());
  const withoutProfile = await aSessionToken(clerk.key, 'user_unknown_to_clerk');
  const old = { iat: seconds - 120, nbf: seconds - 120, exp: seconds - 60 };
  const expired = await aSessionToken(clerk.key, 'user_1', { claims: old });
  authorizations = [
    undefined,
    ...[right, right, right, deleted, withoutProfile, expired, `${right}x`, 'a.b.c', ''].map(
      (token) => `Bearer ${token}`,
    ),
  ];
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '0', '-1', '201', '1e3', 'null', '../', '%', '9'.repeat(30)),
);
const query = fc.dictionary(fc.constantFrom('limit', 'cursor', 'x', ''), text, { maxKeys: 3 });
const preferences = fc.record(
  {
    language: fc.oneof(fc.constantFrom('de', 'de-AT', 'x-y', ''), fc.jsonValue()),
    timeZone: fc.oneof(fc.constantFrom('Europe/Vienna', 'UTC', 'Mars/X'), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  fc.constant({ language: 'de-AT', timeZone: 'Europe/Vienna' }).map((it) => JSON.stringify(it)),
  preferences.map((it) => JSON.stringify(it)),
  fc.json(),
  text,
  fc.constant('x'.repeat(300_000)),
);
const contentType = fc.constantFrom(
  ...['application/json', 'application/json', 'Application/JSON; charset=utf-8'],
  ...['text/plain', 'application/json; charset=latin1', 'nonsense', '', undefined],
);

/** A request of one operation. */
interface Drawn {
  readonly operation: number;
  readonly authorization: number;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly isSigned: boolean;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  operation: fc.nat(),
  authorization: fc.nat(),
  query,
  body,
  contentType,
  isSigned: fc.boolean(),
});

function requestOf(given: Drawn, method: string, path: string): Outgoing {
  if (path.startsWith('/webhooks/')) {
    const event = anEvent('user.created', clerkUserJson(aClerkUser(), Date.now()));
    return given.isSigned ? aDelivery(event) : aDelivery(given.body, { timestamp: 1 });
  }
  const authorization = authorizations[given.authorization % authorizations.length];
  const sendsBody = method === 'PUT' || method === 'POST';
  return {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(sendsBody && given.contentType !== undefined && { 'content-type': given.contentType }),
    },
    ...(sendsBody && { body: given.body }),
  };
}

/**
 * Responses that must occur, with a request for each: random requests alone miss one in 3 of 100
 * runs.
 */
const occurring: readonly [operation: string, status: number, given: Partial<Drawn>][] = [
  ['GET /users/me', 200, {}],
  ['GET /users/me', 401, { authorization: 0 }],
  ['GET /users/me/events', 200, {}],
  ['GET /users/me/events', 400, { query: { limit: '-1' } }],
  ['PUT /users/me/preferences', 200, { body: '{"language":"de-AT","timeZone":"UTC"}' }],
  ['PUT /users/me/preferences', 400, { body: '{"language":7}' }],
  ['PUT /users/me/preferences', 413, { body: 'x'.repeat(300_000) }],
  ['PUT /users/me/preferences', 415, { contentType: 'text/plain' }],
  ['POST /webhooks/clerk', 200, {}],
  ['POST /webhooks/clerk', 400, { isSigned: false }],
  ['GET /health/live', 200, {}],
  ['GET /metrics', 200, {}],
];

function exampleOf(operation: string, given: Partial<Drawn>): [Drawn] {
  const index = described.operations.findIndex((it) => `${it.method} ${it.path}` === operation);
  const plain = { query: {}, body: '', contentType: 'application/json', isSigned: true };
  return [{ ...plain, operation: index, authorization: 1, ...given }];
}

describe('every answer is one that the OpenAPI document describes', () => {
  test('status, headers, content type, body and code of 600 generated requests', async () => {
    const { api } = fixture();
    const { operations } = described;
    const statuses = new Set<string>();
    await fc.assert(
      fc.asyncProperty(drawn, async (given) => {
        const { method = '', path = '' } = operations[given.operation % operations.length] ?? {};
        const search = new URLSearchParams(given.query).toString();
        const answer = await api.send(
          `${path}${search === '' ? '' : `?${search}`}`,
          requestOf(given, method, path),
        );
        statuses.add(`${method} ${path} ${answer.status}`);
        expect(described.differences(method, path, answer)).toEqual([]);
      }),
      {
        numRuns: 600,
        examples: occurring.map(([operation, , given]) => exampleOf(operation, given)),
      },
    );
    expect([...statuses]).toEqual(
      expect.arrayContaining(occurring.map(([operation, status]) => `${operation} ${status}`)),
    );
  });

  test('a 503 of every operation while the database refuses connections', async () => {
    const { api, clerk, database } = fixture();
    const authorization = `Bearer ${await aProfileToken(clerk.key, aClerkUser())}`;
    const event = anEvent('user.created', clerkUserJson(aClerkUser(), Date.now()));
    const valid = JSON.stringify({ language: 'de-AT', timeZone: 'Europe/Vienna' });
    const json = { 'content-type': 'application/json' };
    const name = new URL(database.url).pathname.slice(1);
    await database.administer(`alter database ${name} allow_connections false`);
    try {
      await database.administer(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
      const answers = await Promise.all(
        described.operations.map(async ({ method, path }) => {
          const request = path.startsWith('/webhooks/')
            ? aDelivery(event)
            : { method, headers: { authorization, ...(method === 'PUT' && json) } };
          const answer = await api.send(path, {
            ...request,
            ...(method === 'PUT' && { body: valid }),
          });
          expect(described.differences(method, path, answer)).toEqual([]);
          return `${method} ${path} ${answer.status}`;
        }),
      );
      expect(answers.filter((answer) => !answer.endsWith(' 503')).sort()).toEqual([
        'GET /health/live 200',
        'GET /metrics 200',
      ]);
    } finally {
      await database.administer(`alter database ${name} allow_connections true`);
    }
  });
});
