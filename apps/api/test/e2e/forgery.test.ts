import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import {
  acceptedValues,
  authorizationValues,
  otherPlaces,
} from '../support/forgeries/authorization-forms.js';
import { Forge } from '../support/forgeries/forge.js';
import { rows, type Forgery } from '../support/forgeries/forgery.js';
import { tokenForgeries } from '../support/forgeries/token-forgeries.js';
import { tolerated } from '../support/forgeries/tolerated.js';
import '../support/forgeries/tried.js';
import { instanceHost, nowInSeconds, webOrigin } from '../support/session-token.js';
import { aSigningKey, type SigningKey } from '../support/signing-key.js';
import { storedRow } from '../support/stored-user.js';

/** The API ends with its log searched for tokens, signatures, secrets and personal data: see ApiProcess. */
const fixture = withApi();

/** Milliseconds in which any forgery is answered. */
const patience = 1_000;

let attacker: SigningKey;
/** Requests to addresses that tokens name. */
let trapped = 0;
const trap = createServer((_request, response) => {
  trapped += 1;
  response.end(JSON.stringify({ keys: [attacker.jwk] }));
});

beforeAll(async () => {
  attacker = await aSigningKey('ins_attacker');
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => trap.close(resolve));
});

function aForge(): Forge {
  const { port } = trap.address() as AddressInfo;
  return new Forge({
    trusted: fixture().clerk.key,
    attacker,
    issuer: `https://${instanceHost}`,
    origin: webOrigin,
    now: nowInSeconds(),
    trapUrl: `http://127.0.0.1:${port}/jwks`,
  });
}

async function storedUsers(): Promise<number> {
  const [row] = await fixture().database.query<{ count: string }>(
    'select count(*) as count from users',
  );
  return Number(row?.count);
}

/** Codes of the refusals, by request id. */
const refusals = new Map<string, string>();

/** Nothing was stored and nobody was asked. */
async function expectNoTrace(requestId: string, code: string): Promise<void> {
  const { clerk } = fixture();
  refusals.set(requestId, code);
  expect(await storedUsers()).toBe(0);
  expect(trapped).toBe(0);
  expect([...clerk.requests.keys()].filter((path) => path !== '/v1/jwks')).toEqual([]);
}

const sendable = (forgeries: readonly Forgery[]): Forgery[] =>
  forgeries.filter(({ http }) => http !== 'never');

describe.for(tokenForgeries)('a token, of %s,', ([, forgeries]) => {
  test.for(rows(sendable(forgeries)))(
    '%s is refused: %s',
    async ([, code, { http, make }], { task }) => {
      const answer = await fixture().api.me(await make(aForge()));
      expect(answer.elapsedMs).toBeLessThan(patience);
      if (http === undefined || http === 'never') {
        const { requestId } = expectProblem(answer, 401, code);
        await expectNoTrace(requestId, code);
      } else {
        expectProblem(answer, http.status, http.code);
        expect(await storedUsers()).toBe(0);
      }
      task.meta.forgery = 'a token or header over HTTP';
    },
  );
});

describe('a right token', () => {
  const forms = [...authorizationValues, ...otherPlaces];
  test.for(forms.map((form) => [form.name, form.code, form] as const))(
    'in %s is refused: %s',
    async ([, code, { headers, path }], { task }) => {
      const token = await aForge().token();
      const answer = await fixture().api.send(path?.(token) ?? '/users/me', {
        headers: headers(token),
      });
      const { requestId } = expectProblem(answer, 401, code);
      await expectNoTrace(requestId, code);
      task.meta.forgery = 'a token or header over HTTP';
    },
  );
});

describe('after all of that', () => {
  test('every refusal is in the log, by its code', async () => {
    const { api } = fixture();
    await api.requestLog([...refusals.keys()].at(-1) ?? '');
    const logged = api
      .logs()
      .filter(({ requestId = '', msg }) => refusals.has(requestId) && msg === 'answered')
      .map(({ requestId, outcome }): [unknown, unknown] => [requestId, outcome]);
    expect(logged).toHaveLength(refusals.size);
    expect(new Map(logged)).toEqual(refusals);
  });

  test('the key set was not asked for again and again', () => {
    // Once for the first token, and once for the first unknown key id in 30 s.
    expect(fixture().clerk.keyRequests).toBeLessThanOrEqual(4);
  });

  test.each(acceptedValues)('a right token after “%s” is accepted', async (_form, value) => {
    const token = await aForge().token();
    const headers = { authorization: value(token) };
    expectUser(await fixture().api.send('/users/me', { headers }));
  });

  test.each(tolerated)('%s is accepted, and stored as what it says', async (_what, make) => {
    const forge = aForge();
    expectUser(await fixture().api.me(await make(forge)));
    expect(await storedRow(fixture().database, forge.person.clerkId)).toMatchObject({
      email: forge.person.email,
    });
  });
});
