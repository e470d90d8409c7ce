import type { Socket } from 'node:net';

/** Milliseconds without a byte from the client after which the connection is closed. */
const idleMs = 1_000;

/** Milliseconds after which even a client that keeps sending is disconnected. */
const limitMs = 10_000;

/**
 * Closes a connection without losing the last answer: stops sending, and discards what the client
 * still sends until it closes its side. Closing at once would reset the connection, and a client that
 * is still sending would see the reset instead of the answer (RFC 9112, 9.6).
 *
 * @param socket nothing more is read from it as HTTP: a request after the last answer must not be
 *   processed
 */
export function lingeringClose(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  // In the next tick, because the parser itself resumes a socket that it has paused in the middle
  // of a body. Adding a listener detaches the parser from the socket, and then the parser's own
  // listener is removed.
  process.nextTick(() => {
    socket.on('data', discard);
    for (const listener of socket.listeners('data')) {
      if (listener !== discard) socket.off('data', listener as () => void);
    }
  });
  const destroy = (): void => {
    socket.destroy();
  };
  const limit = setTimeout(destroy, limitMs).unref();
  socket.removeAllListeners('timeout').setTimeout(idleMs, destroy);
  socket.once('end', destroy).once('close', () => {
    clearTimeout(limit);
  });
}

function discard(): void {
  // Read and dropped.
}
