import { describe, expect, test } from 'vitest';
import { until } from '@populatte/process-kit';
import { maxAnswerBytes, readJson } from '../../../src/infrastructure/clerk/clerk-http.js';

const signal = AbortSignal.timeout(60_000);
const encoder = new TextEncoder();

/** An answer in pieces, which records whether the reader cancels it. */
function inPieces(...pieces: readonly Uint8Array[]): {
  response: Response;
  wasCancelled: () => boolean;
} {
  let cancelled = false;
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[at];
      at += 1;
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel() {
      cancelled = true;
    },
  });
  return { response: new Response(body), wasCancelled: () => cancelled };
}

describe('readJson and the length of an answer', () => {
  test('reads an answer in pieces, even split within a character', async () => {
    const bytes = encoder.encode('{"name":"Žofie 李"}');
    const { response } = inPieces(...Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(await readJson(response, signal)).toEqual({ name: 'Žofie 李' });
  });

  test('reads an answer of the maximum length', async () => {
    const longest = 'x'.repeat(maxAnswerBytes - 2);
    expect(await readJson(new Response(`"${longest}"`), signal)).toBe(longest);
  });

  test('refuses one byte more and cancels the body', async () => {
    const longest = encoder.encode('"'.padEnd(maxAnswerBytes, 'x'));
    const more = Array.from({ length: 100 }, () => encoder.encode('x'));
    const { response, wasCancelled } = inPieces(longest, ...more);
    await expect(readJson(response, signal)).rejects.toThrow('too long');
    await until('the body is cancelled', wasCancelled);
  });
});
