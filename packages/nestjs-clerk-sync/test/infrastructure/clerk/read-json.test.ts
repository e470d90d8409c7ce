import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answers, ClerkStub } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import { ClerkProfileDirectory } from '../../../src/infrastructure/clerk/clerk-profile-directory.js';
import { JwksSource } from '../../../src/infrastructure/clerk/jwks-source.js';
import { readJson } from '../../../src/infrastructure/clerk/clerk-http.js';
import { SystemClock } from '../../../src/core/clock.js';
import { collectGarbage } from '../../support/collect-garbage.js';
import { RecordedLog } from '../../support/recorded-log.js';

let clerk: ClerkStub;
/** Number of endless bodies that were started. */
let begun: number;
/** Number of endless bodies whose connection was closed. */
let closed: number;

beforeAll(async () => {
  clerk = await ClerkStub.start();
});
afterAll(() => clerk.close());

beforeEach(() => {
  begun = 0;
  closed = 0;
  clerk.keysBehaviour = clerk.usersBehaviour = (_request, response) => {
    response.on('close', () => (closed += 1));
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
    begun += 1;
  };
});

/** Collects garbage while the work runs, at some point after the headers have arrived. */
async function amidCollections(work: Promise<unknown>): Promise<void> {
  const timer = setInterval(collectGarbage, 200);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

describe('a body that never ends, during garbage collection', () => {
  test('does not delay the signing keys beyond their timeout', async () => {
    const { url: apiUrl, secretKey } = clerk;
    const loading = new JwksSource({ apiUrl, secretKey, timeoutMs: 500, fetch }).load();
    await amidCollections(expect(loading).rejects.toMatchObject({ name: 'TimeoutError' }));
    await until('the connection is closed', () => closed === begun);
  });

  test('does not delay a profile beyond its timeout', async () => {
    const { url: apiUrl, secretKey } = clerk;
    const directory = new ClerkProfileDirectory(
      { apiUrl, secretKey, fetch },
      new SystemClock(),
      new RecordedLog(),
    );
    const fetching = directory.fetchProfile('user_1');
    await amidCollections(expect(fetching).rejects.toMatchObject({ code: 'sync_unavailable' }));
    await until('the connections are closed', () => closed === begun);
  });
});

describe('readJson', () => {
  const signal = AbortSignal.timeout(60_000);

  test('reads JSON in several pieces', async () => {
    clerk.keysBehaviour = (_request, response) => {
      response.write('{"name":"Ada ');
      setImmediate(() => response.end('\u00e9"}'));
    };
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    const response = await fetch(`${clerk.url}/v1/jwks`, { headers });
    expect(await readJson(response, signal)).toEqual({ name: 'Ada \u00e9' });
  });

  test.each(['', '{', '<html>'])('rejects if the body is %j', async (body) => {
    clerk.keysBehaviour = answers(200, body);
    const headers = { authorization: `Bearer ${clerk.secretKey}` };
    const response = await fetch(`${clerk.url}/v1/jwks`, { headers });
    await expect(readJson(response, signal)).rejects.toThrow();
  });

  test('rejects if there is no body', async () => {
    await expect(readJson(new Response(null), signal)).rejects.toThrow();
  });
});
