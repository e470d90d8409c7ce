import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly elapsedMs: number;
}

export interface Outgoing {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Default: a separate connection. */
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

/**
 * Sends one request. A broken connection or a minute without a response is an error: the API answers
 * within 5 s, but a busy machine may stall this process for longer.
 */
export function send(url: string, outgoing: Outgoing = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent = false, timeoutMs = 60_000 } = outgoing;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers, timeout: timeoutMs });
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${url}: no response`)));
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          elapsedMs: performance.now() - startedAt,
        });
      });
    });
    sent.end(body);
  });
}
