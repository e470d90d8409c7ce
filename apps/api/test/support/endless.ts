import type { Behaviour } from '@populatte/clerk-stub';
import { until } from '@populatte/process-kit';
import type { ServerResponse } from 'node:http';

const chunk = Buffer.alloc(64 * 1024, 'x');

/** An endless response, sent as fast as it is read. */
export interface Endless {
  readonly behaviour: Behaviour;
  /** Bytes that the reader and its buffers have accepted. */
  readonly sentBytes: number;
  /** Resolves when all readers have disconnected. */
  ended(): Promise<unknown>;
}

/** @param beginning of the body; the rest is padding */
export function endless(beginning: string): Endless {
  const state = { sentBytes: 0, open: 0 };
  const pour = (response: ServerResponse): void => {
    while (!response.destroyed) {
      state.sentBytes += chunk.byteLength;
      if (!response.write(chunk)) break;
    }
  };
  return {
    behaviour: (_request, response) => {
      state.open += 1;
      response.on('close', () => (state.open -= 1));
      response.on('drain', () => {
        pour(response);
      });
      response.writeHead(200, { 'content-type': 'application/json' }).write(beginning);
      pour(response);
    },
    get sentBytes() {
      return state.sentBytes;
    },
    ended: () => until('nobody reads on', () => state.open === 0),
  };
}
