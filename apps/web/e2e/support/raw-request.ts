import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { addresses } from '../stack/addresses';

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Sends a request with the exact path and `Host`, which browsers and `fetch` would normalise. Does
 * not follow redirects.
 *
 * @param method GET by default
 */
export async function sendRaw(
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<RawAnswer> {
  const outgoing = request(addresses.web, { path, method, headers, timeout: 20_000 });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer to ${path} within 20 s.`)));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
  });
  outgoing.end();
  const response = await answered;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
}
