import { HttpConnection } from './http-connection.js';
import { Latencies } from './latencies.js';
import type { LoadResult } from './messages.js';

interface Run {
  readonly begin: number;
  readonly atLeastMs: number;
  readonly atLeastRequests: number;
  readonly latencies: Latencies;
  readonly resolve: (result: LoadResult) => void;
  readonly reject: (reason: Error) => void;
  sent: number;
  answered: number;
  /** Responses other than 200, by status. */
  readonly refused: Map<number, number>;
}

/** Connections that each send the next request as soon as their last one is answered. */
export class Load {
  private readonly connections: HttpConnection[] = [];
  private readonly sentAt: number[] = [];
  private next = 0;
  private run: Run | undefined;
  private broken: string | undefined;

  private constructor(private readonly requests: Buffer[]) {}

  /** @returns once all connections are open */
  static async connect(
    ports: readonly number[],
    connections: number,
    requests: readonly string[],
  ): Promise<Load> {
    const load = new Load(requests.map((request) => Buffer.from(request)));
    const opening = Array.from({ length: connections }, (_, index) =>
      load.open(index, ports[index % ports.length] ?? 0),
    );
    await Promise.all(opening);
    return load;
  }

  /** @throws Error if any response is not 200 or a connection breaks */
  start(atLeastMs: number, atLeastRequests: number): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      if (this.broken !== undefined) {
        reject(new Error(this.broken));
        return;
      }
      const counts = { sent: 0, answered: 0, refused: new Map<number, number>() };
      const latencies = new Latencies();
      const begin = performance.now();
      this.run = { begin, atLeastMs, atLeastRequests, latencies, resolve, reject, ...counts };
      this.connections.forEach((_, index) => {
        this.sendNext(index);
      });
      this.stayAwake();
    });
  }

  /** Replaces a request from its next turn on. */
  renew(index: number, request: string): void {
    this.requests[index] = Buffer.from(request);
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private open(index: number, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const onFailure = (reason: string): void => {
        this.broken = reason;
        this.run?.reject(new Error(reason));
        reject(new Error(reason));
      };
      const onAnswer = (status: number): void => {
        this.take(index, status);
      };
      const target = { host: '127.0.0.1', port };
      this.connections[index] = new HttpConnection(target, resolve, onAnswer, onFailure);
    });
  }

  /**
   * Never sleeps during a run. On one machine, the server pays for waking a sleeping client, which
   * is a third of a request's total cost, and only a fast server's client never sleeps.
   */
  private readonly stayAwake = (): void => {
    if (this.run !== undefined) setImmediate(this.stayAwake);
  };

  private take(index: number, status: number): void {
    const { run } = this;
    if (run === undefined) return;
    const now = performance.now();
    run.latencies.add(now - (this.sentAt[index] ?? now));
    run.answered += 1;
    if (status !== 200) run.refused.set(status, (run.refused.get(status) ?? 0) + 1);
    if (now - run.begin < run.atLeastMs || run.sent < run.atLeastRequests) this.sendNext(index);
    else if (run.answered === run.sent) this.finish(run, now);
  }

  private sendNext(index: number): void {
    const request = this.requests[this.next];
    this.next = this.next + 1 === this.requests.length ? 0 : this.next + 1;
    if (this.run === undefined || request === undefined) return;
    this.run.sent += 1;
    this.sentAt[index] = performance.now();
    this.connections[index]?.send(request);
  }

  private finish(run: Run, now: number): void {
    this.run = undefined;
    if (run.refused.size > 0) {
      const counts = [...run.refused].map(([status, count]) => `${count} × ${status}`);
      run.reject(new Error(`Not every response was 200: ${counts.join(', ')}.`));
      return;
    }
    const [p50Ms = 0, p99Ms = 0] = run.latencies.quantiles(0.5, 0.99);
    const seconds = (now - run.begin) / 1000;
    run.resolve({ kind: 'result', requests: run.answered, seconds, p50Ms, p99Ms });
  }
}
