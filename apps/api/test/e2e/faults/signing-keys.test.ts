import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { down, type SigningKey } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { withColdApi } from '../../support/cold-api.js';
import { endless } from '../../support/endless.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const tokenOf = (key: SigningKey): Promise<string> => aProfileToken(key, aClerkUser());

describe.concurrent('Clerk’s signing keys', () => {
  test('that were loaded before Clerk became unreachable still serve every user', async () => {
    await withColdApi(database, async (api, clerk) => {
      const fault = new Fault('Clerk’s keys unreachable, warm');
      expectUser(await api.me(await tokenOf(clerk.key)));
      clerk.keysBehaviour = down;
      for (let round = 0; round < 20; round += 1) {
        const answer = await api.me(await tokenOf(clerk.key));
        expectUser(answer);
        fault.saw(answer);
      }
      clerk.keysBehaviour = undefined;
      fault.over();
      expectUser(await api.me(await tokenOf(clerk.key)));
      fault.recovered();
    });
  });

  test('rotated while Clerk is unreachable: old tokens are served, and new ones get 503 until at most 30 s after it recovers', async () => {
    await withColdApi(database, async (api, clerk) => {
      const fault = new Fault('signing key rotated while Clerk is down');
      const old = clerk.key;
      expectUser(await api.me(await tokenOf(old)));
      clerk.keysBehaviour = down;
      const rotated = await clerk.rotate('ins_rotated');
      const [unknown, known] = await Promise.all([
        api.me(await tokenOf(rotated)),
        api.me(await tokenOf(old)),
      ]);
      expectProblem(unknown, 503, 'auth_unavailable');
      expectUser(known);
      fault.saw(unknown, known);

      clerk.keysBehaviour = undefined;
      fault.over();
      const over = performance.now();
      const token = await tokenOf(rotated);
      await until('the new key is loaded', async () => {
        await sleep(250);
        const answer = await api.me(token);
        fault.saw(answer);
        if (answer.status !== 200) expectProblem(answer, 503, 'auth_unavailable');
        return answer.status === 200;
      });
      fault.recovered();
      // One fetch for unknown key ids per 30 s, plus slack for a busy machine.
      expect(performance.now() - over).toBeLessThan(38_000);
      // The set with the new key no longer has the old one.
      expectProblem(await api.me(await tokenOf(old)), 401, 'token_invalid');
      expect(clerk.keyRequests).toBe(3);
    });
  });

  test('in an endless answer are read only up to the size limit of a key set, and requests get 503 in time', async () => {
    const flow = endless('{"keys":[{"kty":"');
    await withColdApi(
      database,
      async (api, clerk) => {
        const fault = new Fault('Clerk’s keys, cold: an endless answer');
        const token = await aProfileToken(clerk.key, aClerkUser());
        const answer = await api.me(token);
        expectProblem(answer, 503, 'auth_unavailable');
        fault.saw(answer);
        await flow.ended();
        expect(flow.sentBytes).toBeLessThan(16 * 1024 * 1024);
        clerk.keysBehaviour = undefined;
        fault.over();
        await until('the keys are loaded', async () => (await api.me(token)).status === 200);
        fault.recovered();
      },
      {
        prepare: (clerk) => {
          clerk.keysBehaviour = flow.behaviour;
        },
      },
    );
  });
});
