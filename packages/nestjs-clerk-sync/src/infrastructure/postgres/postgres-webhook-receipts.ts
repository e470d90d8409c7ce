import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import type { InfrastructureLog } from '../../core/log.js';
import { WebhookReceipts } from '../../core/webhook-receipts.js';
import { ownStatement } from './database.js';
import type { WriteAccess } from './write-access.js';

/** In milliseconds. */
export const receiptTimes = {
  /** Interval between two writes of this process, and between two reads. */
  interval: 5_000,
  /** How long a reader waits for the database. */
  read: 1_000,
  /** How far a time may be ahead: the clocks of two machines differ by less. */
  lead: 10 * 60_000,
} as const;

const upsert = `
  insert into webhook_receipts as stored (last_received_at)
  values (to_timestamp($1::bigint / 1000.0))
  on conflict (id) do update set last_received_at = excluded.last_received_at
  where stored.last_received_at not between excluded.last_received_at
    and excluded.last_received_at + make_interval(secs => ${receiptTimes.lead / 1000})`;

const newest = `
  select floor(extract(epoch from last_received_at) * 1000)::bigint as at from webhook_receipts`;

const receiptRows = z.array(z.object({ at: z.coerce.number() }));

/**
 * The time of the last webhook, as one row for all processes. A process writes it at most once per
 * interval, in the background, so that webhooks neither wait for it nor queue for its row.
 */
export class PostgresWebhookReceipts extends WebhookReceipts {
  /** The newest time known here, in milliseconds since the epoch; 0: none is stored. */
  private latest: number | null = null;
  private written: number | null = null;
  private readAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private hasWarned = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly writes: WriteAccess,
    private readonly log: InfrastructureLog,
    private readonly clock: Clock,
  ) {
    super();
  }

  override received(): void {
    this.observe(this.clock.now());
    if (this.timer === undefined) this.write();
  }

  override async lastReceivedAt(): Promise<number | null> {
    const now = this.clock.monotonic();
    if (now - this.readAt < receiptTimes.interval) return this.known();
    this.readAt = now;
    const reading = this.pool.query(ownStatement(newest)).then(
      ({ rows }) => {
        const [row] = receiptRows.parse(rows);
        this.observe(this.plausible(row?.at ?? 0));
      },
      (cause: unknown) => {
        this.warnOnce(cause);
      },
    );
    await Promise.race([reading, sleep(receiptTimes.read, undefined, { ref: false })]);
    return this.known();
  }

  /** Stops storing. At most the webhooks of the last interval are lost. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private observe(at: number): void {
    if (at > (this.known() ?? Number.NEGATIVE_INFINITY)) this.latest = at;
  }

  /** The newest time, unless the clock now shows that it cannot be true. */
  private known(): number | null {
    return this.latest === null ? null : this.plausible(this.latest);
  }

  /**
   * @returns 0 for a time that is ahead of the clock, because a clock was wrong: until it has come, it
   *   would hide that no webhooks arrive
   */
  private plausible(at: number): number {
    return at <= this.clock.now() + receiptTimes.lead ? at : 0;
  }

  /** Writes now, and again after the interval if more webhooks have arrived by then. */
  private write(): void {
    if (this.isStopped || this.latest === this.written) return;
    const at = this.latest;
    this.written = at;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.write();
    }, receiptTimes.interval).unref();
    if (this.writes.obstacle !== null) return;
    this.pool.query(ownStatement(upsert), [at]).catch((cause: unknown) => {
      this.warnOnce(cause);
    });
  }

  private warnOnce(cause: unknown): void {
    if (this.hasWarned || this.isStopped) return;
    this.hasWarned = true;
    this.log.warn(
      'The time of the last webhook could not be stored or read: clerk_webhook_last_received_timestamp_seconds may be outdated. Webhooks are still processed. Check that the database is reachable and that the role may read and write webhook_receipts.',
      cause,
    );
  }
}
