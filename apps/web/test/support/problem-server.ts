import { createServer, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';

export interface ProblemServer {
  readonly url: string;
  /** The number of requests so far. */
  readonly count: () => number;
  /** The headers of the last request. */
  readonly lastHeaders: () => IncomingHttpHeaders;
}

/**
 * Starts an HTTP server that responds to every request with the given problem, until the test ends.
 */
export async function startProblemServer(status: number, code: string): Promise<ProblemServer> {
  let answered = 0;
  let lastHeaders: IncomingHttpHeaders = {};
  const server = createServer((request, response) => {
    answered += 1;
    lastHeaders = request.headers;
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(
      JSON.stringify({
        type: 'about:blank',
        title: code,
        status,
        detail: code,
        code,
        requestId: 'r1',
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    count: () => answered,
    lastHeaders: () => lastHeaders,
  };
}
