import { describe, expect, test } from 'vitest';
import { maxAnswerBytes, readJson } from '../../../../src/infrastructure/clerk/clerk-http.js';
import { until } from '../../../support/until.js';

const signal = AbortSignal.timeout(60_000);
const encoder = new TextEncoder();

/** An answer in pieces; notices when the reader gives up. */
function inPieces(...pieces: readonly Uint8Array[]): {
  response: Response;
  wasGivenUp: () => boolean;
} {
  let givenUp = false;
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[at];
      at += 1;
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel() {
      givenUp = true;
    },
  });
  return { response: new Response(body), wasGivenUp: () => givenUp };
}

describe('readJson, and the length of an answer', () => {
  test('reads what came in pieces, in the middle of a character too', async () => {
    const bytes = encoder.encode('{"name":"Žofie 李"}');
    const { response } = inPieces(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(await readJson(response, signal)).toEqual({ name: 'Žofie 李' });
  });

  test('reads an answer of the greatest length', async () => {
    const longest = 'x'.repeat(maxAnswerBytes - 2);
    expect(await readJson(new Response(`"${longest}"`), signal)).toBe(longest);
  });

  test('refuses one byte more, and gives the connection up', async () => {
    const longest = encoder.encode('"'.padEnd(maxAnswerBytes, 'x'));
    const more = Array.from({ length: 100 }, () => encoder.encode('x'));
    const { response, wasGivenUp } = inPieces(longest, ...more);
    await expect(readJson(response, signal)).rejects.toThrow('longer than any should be');
    await until('the rest is not read', wasGivenUp, 1_000);
  });
});
