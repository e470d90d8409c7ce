import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

/** A request of a test. */
export interface Outgoing {
  readonly method?: string;
  /** An array sends the header once for each value. */
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Milliseconds from sending the request to the last byte of the response. */
  readonly elapsedMs: number;
  json(): unknown;
}

/** Longer than any deadline of the API, so that a hanging request is detected as such. */
const timeoutMs = 60_000;

const agent = new Agent({ keepAlive: true, maxSockets: 1000 });

/**
 * Sends one request with `node:http`, which, unlike `fetch`, sends paths and repeated headers
 * unchanged.
 *
 * @param base the server's address
 * @param path sent unchanged
 */
export function send(base: string, path: string, outgoing: Outgoing = {}): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const { method = 'GET', headers = {}, body } = outgoing;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, path, method, headers, timeout: timeoutMs });
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered.`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          elapsedMs: performance.now() - startedAt,
          json: () => JSON.parse(text) as unknown,
        });
      });
    });
    sent.end(body);
  });
}
