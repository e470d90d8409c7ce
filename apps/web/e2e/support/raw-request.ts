import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { addresses } from '../stack/addresses';

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a GET whose path goes out as it is written: browsers and `fetch` would tidy it first.
 * Redirects are not followed.
 */
export async function sendRaw(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  const outgoing = request(addresses.web, { path, headers, timeout: 10_000 });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer to ${path} within 10 s.`)));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
  });
  outgoing.end();
  const response = await answered;
  return { status: response.statusCode ?? 0, body: await text(response) };
}
