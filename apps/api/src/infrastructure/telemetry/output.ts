import { fstatSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A destination for batches of lines. Writing never throws, and never waits for the reader of a pipe. */
export interface Sink {
  write(text: string): unknown;
  /** @returns once everything is written, or after this many milliseconds */
  drained(timeoutMs: number): Promise<void>;
}

/** Bytes that may be buffered for a slow reader; further lines are dropped before they fill the memory. */
const maxLength = 16 * 1024 * 1024;

/** Milliseconds between two checks for unwritten lines. */
const pollMs = 10;

/**
 * Opens a file descriptor for lines. A reader of a pipe that stalls or exits, or a full disk, costs lines, but
 * no request and no orderly exit. A terminal that stalls (Ctrl+S) stalls the process.
 *
 * @param fd a pipe, a socket, a file or a terminal; standard output by default
 */
export function openOutput(fd = 1): Sink {
  const kind = fstatSync(fd);
  return kind.isFIFO() || kind.isSocket() ? pipeSink(fd) : fileSink(fd);
}

/**
 * A socket, because its writes do not block. A write with `fs` uses a thread, which a stalled
 * reader blocks, and Node waits for its threads when the process exits.
 */
function pipeSink(fd: number): Sink {
  const socket = new Socket({ fd, readable: false, writable: true });
  // The reader has exited.
  socket.on('error', () => undefined);
  return {
    write: (text) => {
      if (socket.writable && socket.writableLength + text.length <= maxLength) socket.write(text);
    },
    // A write is attempted at once, so lines that remain at exit belong to a reader that does not
    // keep up.
    drained: (timeoutMs) =>
      waitFor(() => !socket.writable || socket.writableLength === 0, timeoutMs),
  };
}

/**
 * A file or a terminal. A batch is written at once, as Node's own standard output is: a write in
 * the background could lose or reorder the last lines if the process exits. Lines that cannot be
 * written are lost, because on a full disk there is no alternative.
 */
function fileSink(fd: number): Sink {
  return {
    write: (text) => {
      try {
        writeFileSync(fd, text);
      } catch {
        // The lines are lost.
      }
    },
    drained: () => Promise.resolve(),
  };
}

async function waitFor(condition: () => boolean, timeoutMs: number): Promise<void> {
  const startedAt = performance.now();
  while (!condition() && performance.now() - startedAt < timeoutMs) await sleep(pollMs);
}
