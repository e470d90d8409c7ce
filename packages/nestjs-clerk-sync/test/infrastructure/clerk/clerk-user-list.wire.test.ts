import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { ClerkUserList } from '../../../src/infrastructure/clerk/clerk-user-list.js';

/** The Backend API over a real connection, and how it transforms the body. */
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** @returns the server's address */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A list that does not wait between its attempts. */
function listAt(apiUrl: string): ClerkUserList {
  return new ClerkUserList({
    apiUrl,
    secretKey: 'sk_test_secret',
    fetch,
    issuer: null,
    ratePerSecond: 1e9,
    now: () => Date.now(),
    sleep: () => Promise.resolve(),
    onWait: () => undefined,
  });
}

const seven = JSON.stringify({ object: 'total_count', total_count: 7 });

describe('a response over the network', () => {
  test.each([301, 302, 303, 307, 308])(
    'that redirects (%i) is not followed: the secret key reaches no other address',
    async (status) => {
      let hasReached = false;
      const other = await serve((_request, response) => {
        hasReached = true;
        response.end(seven);
      });
      const apiUrl = await serve((_request, response) => {
        response.writeHead(status, { location: `${other}/v1/users/count` }).end();
      });
      await expect(listAt(apiUrl).count()).rejects.toThrow(
        'is not responding (it redirects to another address)',
      );
      expect(hasReached).toBe(false);
    },
  );

  test('that is compressed is read', async () => {
    const apiUrl = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(seven));
    });
    expect(await listAt(apiUrl).count()).toBe(7);
  });

  test('that is cut off half-way is requested again', async () => {
    let requests = 0;
    const apiUrl = await serve((_request, response) => {
      requests += 1;
      if (requests > 1) return response.end(seven);
      response.writeHead(200, { 'content-length': seven.length });
      response.write(seven.slice(0, 10), () => response.destroy());
      return response;
    });
    expect(await listAt(apiUrl).count()).toBe(7);
    expect(requests).toBe(2);
  });

  test.each([
    ['an HTML page', '<html>sk_test_secret</html>'],
    ['JSON that ends too early', seven.slice(0, 10)],
  ])('that is %s with status 200 ends the run, without quoting it', async (_what, body) => {
    const apiUrl = await serve((_request, response) => response.end(body));
    await expect(listAt(apiUrl).count()).rejects.toThrow(
      /^Clerk’s Backend API is not responding \(its response is not JSON\)\. Check CLERK_API_URL/,
    );
  });

  test('that never arrives because nothing listens there leads to an error with the system’s code', async () => {
    const apiUrl = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(listAt(apiUrl).count()).rejects.toThrow('is not responding (ECONNREFUSED)');
  });
});
