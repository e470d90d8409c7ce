import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SigningKey, silent } from '@populatte/clerk-stub';
import type { ApiProcess } from '../../support/api-process.js';
import { withColdApi } from '../../support/cold-api.js';
import { expectProblem, expectUser } from '../../support/expect-answer.js';
import { Fault } from '../../support/fault.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import type { Answer } from '../../support/send.js';
import { aProfileToken } from '../../support/session-token.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const tokenOf = (key: SigningKey): Promise<string> => aProfileToken(key, aClerkUser());

/** Tokens that cost an attacker nothing: copied payload and signature, and a made-up key id each. */
function madeUp(token: string, count: number): string[] {
  const [, payload = '', signature = ''] = token.split('.');
  return Array.from({ length: count }, (_, index) => {
    const header = { alg: 'RS256', cat: 'cl_B7d4PD111AAA', kid: `made_up_${index}`, typ: 'JWT' };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    return `${encoded}.${payload}.${signature}`;
  });
}

/** Sends all tokens, 50 at a time. */
async function flood(api: ApiProcess, tokens: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < tokens.length; at += 50) {
    answers.push(...(await Promise.all(tokens.slice(at, at + 50).map((each) => api.me(each)))));
  }
  return answers;
}

/** Sends requests of new users, one after the other, until `others` finishes. */
async function whileServing(
  api: ApiProcess,
  key: SigningKey,
  others: Promise<unknown>,
): Promise<Answer[]> {
  const state = { over: false };
  const ended = others.finally(() => (state.over = true));
  const answers: Answer[] = [];
  do {
    answers.push(await api.me(await tokenOf(key)));
    await sleep(20);
  } while (!state.over);
  await ended;
  return answers;
}

test('1,000 made-up key ids cost at most one key fetch, and valid tokens are served meanwhile', async () => {
  await withColdApi(database, async (api, clerk) => {
    const fault = new Fault('flood of 1,000 made-up key ids');
    const token = await tokenOf(clerk.key);
    expectUser(await api.me(token));
    const before = clerk.keyRequests;
    const bad = flood(api, madeUp(token, 1_000));
    const good = await whileServing(api, clerk.key, bad);
    for (const answer of await bad) expectProblem(answer, 401, 'token_invalid');
    for (const answer of good) expectUser(answer);
    fault.saw(...(await bad), ...good);
    expect(clerk.keyRequests - before).toBeLessThanOrEqual(1);
    fault.over();
    expectUser(await api.me(await tokenOf(clerk.key)));
    fault.recovered();
  });
});

test('1,000 made-up key ids while Clerk is silent cost at most one key fetch and get 503 in time, and valid tokens are served', async () => {
  await withColdApi(database, async (api, clerk) => {
    const fault = new Fault('flood of 1,000 made-up key ids, Clerk silent');
    const token = await tokenOf(clerk.key);
    expectUser(await api.me(token));
    const before = clerk.keyRequests;
    clerk.keysBehaviour = silent;
    const bad = flood(api, madeUp(token, 1_000));
    const good = await whileServing(api, clerk.key, bad);
    // Without Clerk the API cannot know that these keys do not exist.
    for (const answer of await bad) expectProblem(answer, 503, 'auth_unavailable');
    for (const answer of good) expectUser(answer);
    fault.saw(...(await bad), ...good);
    expect(clerk.keyRequests - before).toBeLessThanOrEqual(1);
    clerk.keysBehaviour = undefined;
    fault.over();
    expectUser(await api.me(await tokenOf(clerk.key)));
    fault.recovered();
  });
});
