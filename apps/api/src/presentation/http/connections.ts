import type { ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextIteration, setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { lingeringClose } from './lingering-close.js';

/** When to disconnect a client that does not read its answer, in milliseconds. */
export interface UnreadLimits {
  /** How long the client may accept no byte of an answer that is being sent. */
  readonly afterMs: number;
  readonly checkEveryMs: number;
}

const unreadLimits: UnreadLimits = { afterMs: 60_000, checkEveryMs: 1_000 };

/** Milliseconds between two checks for idle connections during the shutdown. */
const closingInterval = 20;

/** Milliseconds that a client has to close its side after the server has closed its own. */
const halfClosedLimit = 250;

/** How long a shutdown accepts connections while new ones arrive, in milliseconds. */
const acceptLimit = 1_000;

/** Limits of `Connections.close`, in milliseconds. */
export interface CloseLimits {
  /** How long idle connections stay open: a request may be on its way. */
  readonly idleMs: number;
  /** How long started requests may take. */
  readonly busyMs: number;
}

interface Connection {
  /** Answers to requests that were received completely; more than one if the client pipelines. */
  readonly responses: ServerResponse[];
  /** `socket.bytesRead` at the last response. More bytes since then mean that a request is arriving. */
  bytesReadAtAnswer: number;
  /** Bytes that the kernel has accepted, and when (monotonic) that last changed. */
  flushed: number;
  flushedAt: number;
  endedAt: number | undefined;
  /** Whether its last answer refuses a request that the HTTP parser did not accept. */
  isRefused: boolean;
}

/**
 * Tracks the server's open connections: ends them in order on shutdown, and disconnects clients that
 * do not read their answers. Node's `server.close()` closes idle kept-alive connections at once, which
 * resets a request that is on its way.
 */
export class Connections {
  private readonly open = new Map<Socket, Connection>();
  /** In addition to the server itself. */
  private readonly listeners: NetServer[] = [];
  private draining = false;
  private accepted = 0;

  constructor(
    private readonly fastify: FastifyInstance,
    private readonly limits: UnreadLimits = unreadLimits,
  ) {
    fastify.server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.track(socket);
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      this.received(request.raw.socket, reply.raw);
      done();
    });
    const timer = setInterval(() => {
      this.endUnread();
    }, limits.checkEveryMs).unref();
    fastify.addHook('onClose', (_instance, done) => {
      clearInterval(timer);
      for (const listener of this.listeners) listener.close();
      done();
    });
  }

  /** Whether the shutdown has begun. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** @param listener of a further address of the server; it closes with the server */
  addListener(listener: NetServer): void {
    if (this.fastify.server.listening) this.listeners.push(listener);
    else listener.close();
  }

  /** Answers with `Connection: close` from now on, including requests that are in flight. */
  drain(): void {
    this.draining = true;
    for (const { responses } of this.open.values())
      for (const response of responses) response.shouldKeepAlive = false;
  }

  /**
   * Runs `answer`, the connection's last one, once the requests that the client pipelined before are
   * answered, or now without one: clients match answers to requests by their order (RFC 9112, 9.3.2).
   * Does not run it if the connection ends with one of those answers. Later calls for the same
   * connection have no effect, because the parser repeats its error for everything that arrives later.
   */
  refuseOnce(socket: Socket, answer: () => void): void {
    const connection = this.connectionOf(socket);
    if (connection.isRefused) return;
    connection.isRefused = true;
    // A request that is not complete is the one that failed.
    const last = connection.responses.filter(({ req }) => req.complete).at(-1);
    if (last === undefined) answer();
    else
      last.once('close', () => {
        if (socket.writable) answer();
      });
  }

  /**
   * Stops listening and ends each connection once it is idle.
   *
   * @returns how many connections had to be reset because their requests took longer than `busyMs`
   */
  async close({ idleMs, busyMs }: CloseLimits): Promise<number> {
    this.drain();
    await this.acceptWaiting();
    for (const listener of [this.fastify.server, ...this.listeners]) {
      // Not `http.Server#close`, which ends idle connections at once. Fastify calls that one later.
      NetServer.prototype.close.call(listener);
    }
    const startedAt = performance.now();
    while (this.open.size > 0) {
      const elapsed = performance.now() - startedAt;
      if (elapsed >= busyMs) return this.reset();
      if (elapsed >= idleMs) this.endIdle();
      await delay(closingInterval);
    }
    return 0;
  }

  /**
   * Accepts the connections that wait in the kernel's queue: closing the listener would reset them, with
   * the requests that they have sent. libuv accepts one connection per iteration of the event loop.
   */
  private async acceptWaiting(): Promise<void> {
    const startedAt = performance.now();
    let before: number;
    do {
      before = this.accepted;
      await nextIteration();
      // The first may be the rest of an iteration that has already polled.
      await nextIteration();
    } while (this.accepted > before && performance.now() - startedAt < acceptLimit);
  }

  /** Requests that a test injects have a socket without a connection. */
  private connectionOf(socket: Socket): Connection {
    return this.open.get(socket) ?? this.track(socket);
  }

  private track(socket: Socket): Connection {
    const connection: Connection = {
      responses: [],
      bytesReadAtAnswer: 0,
      flushed: 0,
      flushedAt: performance.now(),
      endedAt: undefined,
      isRefused: false,
    };
    this.open.set(socket, connection);
    // Node calls it after an answer with `Connection: close`.
    socket.destroySoon = () => {
      lingeringClose(socket);
    };
    socket.once('close', () => this.open.delete(socket));
    return connection;
  }

  private received(socket: Socket, response: ServerResponse): void {
    const connection = this.connectionOf(socket);
    const { responses } = connection;
    responses.push(response);
    if (this.draining) response.shouldKeepAlive = false;
    // `close` is emitted after the answer, or when the client has left; `finish` only after the answer.
    // Node emits it once, so `on` does, which costs less than `once`.
    response.on('close', () => {
      responses.splice(responses.indexOf(response), 1);
      connection.bytesReadAtAnswer = socket.bytesRead;
    });
  }

  private endIdle(): void {
    for (const [socket, connection] of this.open) {
      if (connection.endedAt !== undefined) {
        if (performance.now() - connection.endedAt >= halfClosedLimit) socket.destroy();
      } else if (socket.writableEnded) {
        connection.endedAt = performance.now();
      } else if (
        connection.responses.length === 0 &&
        socket.bytesRead === connection.bytesReadAtAnswer
      ) {
        connection.endedAt = performance.now();
        socket.end();
      }
    }
  }

  private reset(): number {
    const count = this.open.size;
    for (const socket of this.open.keys()) socket.destroy();
    return count;
  }

  private endUnread(): void {
    const now = performance.now();
    for (const [socket, connection] of this.open) {
      const flushed = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || flushed !== connection.flushed) {
        connection.flushed = flushed;
        connection.flushedAt = now;
      } else if (now - connection.flushedAt >= this.limits.afterMs) {
        socket.destroy();
      }
    }
  }
}
