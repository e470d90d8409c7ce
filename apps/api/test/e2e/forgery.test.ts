import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSigningKey, type SigningKey } from '@populatte/clerk-stub';
import { withApi } from '../support/api-fixture.js';
import { expectProblem, expectUser } from '../support/expect-answer.js';
import {
  acceptedValues,
  authorizationValues,
  otherPlaces,
} from '@populatte/nestjs-clerk-sync/test/support/forgeries/authorization-forms.js';
import { Forge } from '@populatte/nestjs-clerk-sync/test/support/forgeries/forge.js';
import { rows, type Forgery } from '@populatte/nestjs-clerk-sync/test/support/forgeries/forgery.js';
import { tokenForgeries } from '@populatte/nestjs-clerk-sync/test/support/forgeries/token-forgeries.js';
import { tolerated } from '@populatte/nestjs-clerk-sync/test/support/forgeries/tolerated.js';
import '@populatte/nestjs-clerk-sync/test/support/forgeries/tried.js';
import { instanceHost, nowInSeconds, webOrigin } from '../support/session-token.js';
import { storedRow } from '../support/stored-user.js';

/** `ApiProcess` searches the log for tokens, signatures, secrets and personal data when it ends. */
const fixture = withApi();

/** Milliseconds within which every forgery is answered: generous, since only a hang must fail. */
const timeLimit = 5_000;

let attacker: SigningKey;
/** Number of requests to the address that forged tokens name. */
let trapped = 0;
const trap = createServer((_request, response) => {
  trapped += 1;
  response.end(JSON.stringify({ keys: [attacker.jwk] }));
});

beforeAll(async () => {
  attacker = await createSigningKey('ins_attacker');
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

/** Nothing was stored, and no other server was called. */
async function expectNoTrace(requestId: string, code: string): Promise<void> {
  const { clerk } = fixture();
  refusals.set(requestId, code);
  expect(await storedUsers()).toBe(0);
  expect(trapped).toBe(0);
  expect([...clerk.requests.keys()].filter((path) => path !== '/v1/jwks')).toEqual([]);
}

const sendable = (forgeries: readonly Forgery[]): Forgery[] =>
  forgeries.filter(({ http }) => http !== 'never');

describe.for(tokenForgeries)('token forgeries: %s', ([, forgeries]) => {
  test.for(rows(sendable(forgeries)))(
    '%s is refused: %s',
    async ([, code, { http, make }], { task }) => {
      const answer = await fixture().api.me(await make(aForge()));
      expect(answer.elapsedMs).toBeLessThan(timeLimit);
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

describe('a valid token', () => {
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

describe('after these forgeries', () => {
  test('every refusal is in the log with its code', async () => {
    const { api } = fixture();
    await api.requestLog([...refusals.keys()].at(-1) ?? '');
    const logged = api
      .logs()
      .filter(({ requestId = '', msg }) => refusals.has(requestId) && msg === 'answered')
      .map(({ requestId, outcome }): [unknown, unknown] => [requestId, outcome]);
    expect(logged).toHaveLength(refusals.size);
    expect(new Map(logged)).toEqual(refusals);
  });

  test('the key set was fetched at most four times', () => {
    // Once for the first token, and once for the first unknown key id in 30 s.
    expect(fixture().clerk.keyRequests).toBeLessThanOrEqual(4);
  });

  test.each(acceptedValues)('a valid token after “%s” is accepted', async (_form, value) => {
    const token = await aForge().token();
    const headers = { authorization: value(token) };
    expectUser(await fixture().api.send('/users/me', { headers }));
  });

  test.each(tolerated)('%s is accepted, and its profile is stored', async (_what, make) => {
    const forge = aForge();
    expectUser(await fixture().api.me(await make(forge)));
    expect(await storedRow(fixture().database, forge.clerkUser.clerkId)).toMatchObject({
      email: forge.clerkUser.email,
    });
  });
});
