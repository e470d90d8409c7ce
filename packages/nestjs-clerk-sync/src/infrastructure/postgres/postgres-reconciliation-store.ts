import { eq, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { ClerkInstance } from '../../core/reconcile/clerk-users.js';
import {
  type AcquiredLease,
  type FinishedRun,
  type ReconcileOptions,
  type ReconcileResult,
  ReconciliationStore,
  type Run,
} from '../../core/reconcile/reconciliation.js';
import type { Database } from './database.js';
import { epochMs } from './row-expressions.js';
import { userReconciliation as state } from './reconciliation.table.js';
import { withRetries } from './statement-retries.js';

/** Longer than it takes to notice a restarted database, shorter than an operator waits. */
const leaseSeconds = 5;

const clerkInstance = z.object({
  issuer: z.string().nullable(),
  instanceId: z.string().nullable(),
  keyIds: z.array(z.string()),
}) satisfies z.ZodType<ClerkInstance>;

const counts = {
  scanned: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  stale: z.number(),
  missing: z.number(),
  deleted: z.number(),
  heldBack: z.number(),
};

const run = z.object({
  instance: clerkInstance,
  startedAt: z.number(),
  liveUsers: z.number(),
  clerkUsers: z.number(),
  overlaps: z.boolean(),
  position: z.discriminatedUnion('phase', [
    z.object({
      phase: z.literal('listing'),
      cursor: z.object({
        startingAfter: z.string().nullable(),
        createdAfter: z.number().nullable(),
      }),
      lastCreatedAt: z.number().nullable(),
    }),
    z.object({
      phase: z.literal('missing'),
      after: z.string().nullable(),
      candidates: z.array(z.string()),
      isComplete: z.boolean(),
    }),
  ]),
  counts: z.object(counts),
  requests: z.number(),
}) satisfies z.ZodType<Run>;

const finishedRun = z.object({
  options: z.object({
    deleteMissing: z.boolean().exactOptional(),
    maxDeletions: z.number().exactOptional(),
    since: z.number().exactOptional(),
    restart: z.boolean().exactOptional(),
  }),
  result: z.object({
    ...counts,
    heldBackBecause: z
      .enum(['other instance', 'unproven instance', 'empty listing', 'short listing', 'too many'])
      .nullable(),
    isOtherInstance: z.boolean(),
    notListed: z.number(),
    requests: z.number(),
    durationMs: z.number(),
    resumed: z.boolean(),
    shared: z.boolean(),
  }),
}) satisfies z.ZodType<Omit<FinishedRun, 'number'>>;

/**
 * Stores the state of reconciliation in one row. The lease is a time by the database's clock instead
 * of a session lock, so that it works through a transaction pooler.
 */
export class PostgresReconciliationStore extends ReconciliationStore {
  override readonly renewEveryMs = (leaseSeconds * 1000) / 5;

  constructor(private readonly db: Database) {
    super();
  }

  override async instance(): Promise<ClerkInstance | null> {
    const [row] = await withRetries(this.db, () =>
      this.db.select({ instance: state.instance }).from(state),
    );
    return clerkInstance.safeParse(row?.instance).data ?? null;
  }

  override async recordInstance(instance: ClerkInstance): Promise<void> {
    await withRetries(this.db, () =>
      this.db
        .insert(state)
        .values({ instance })
        .onConflictDoUpdate({ target: state.id, set: { instance } }),
    );
  }

  override async now(): Promise<number> {
    const { rows } = await withRetries(this.db, () =>
      this.db.execute<{ now: string }>(sql`select ${epochMs(sql`clock_timestamp()`)} as now`),
    );
    return Number(rows[0]?.now);
  }

  override async acquire(owner: string): Promise<AcquiredLease | null> {
    const leaseUntil = leaseEnd();
    const [row] = await withRetries(this.db, () =>
      this.db
        .insert(state)
        .values({ owner, leaseUntil })
        .onConflictDoUpdate({
          target: state.id,
          set: { owner, leaseUntil },
          // Later than a new lease would end: the server's clock was set back, and nothing renews this one.
          setWhere: sql`${state.leaseUntil} is null or ${state.leaseUntil} not between clock_timestamp() and ${leaseEnd()} or ${state.owner} = ${owner}`,
        })
        .returning({
          run: state.run,
          finished: state.finished,
          finishedRuns: state.finishedRuns,
          now: epochMs(sql`clock_timestamp()`).mapWith(Number),
        }),
    );
    if (row === undefined) return null;
    const finished = finishedRun.safeParse(row.finished).data;
    return {
      run: run.safeParse(row.run).data ?? null,
      finished: finished === undefined ? null : { number: row.finishedRuns, ...finished },
      now: row.now,
    };
  }

  override async finishedRuns(): Promise<number> {
    const [row] = await withRetries(this.db, () =>
      this.db.select({ finishedRuns: state.finishedRuns }).from(state),
    );
    return row?.finishedRuns ?? 0;
  }

  override save(owner: string, stored?: Run): Promise<boolean> {
    return this.update(owner, {
      leaseUntil: leaseEnd(),
      ...(stored !== undefined && { run: stored }),
    });
  }

  override async finish(
    owner: string,
    options: ReconcileOptions,
    result: ReconcileResult,
    interrupted: Run | null,
  ): Promise<void> {
    await this.update(owner, {
      owner: null,
      leaseUntil: null,
      run: interrupted,
      finished: { options, result },
      finishedRuns: sql`${state.finishedRuns} + 1`,
    });
  }

  override async release(owner: string): Promise<void> {
    await this.update(owner, { owner: null, leaseUntil: null });
  }

  private async update(
    owner: string,
    set: Parameters<ReturnType<Database['update']>['set']>[0],
  ): Promise<boolean> {
    const rows = await withRetries(this.db, () =>
      this.db.update(state).set(set).where(eq(state.owner, owner)).returning({ id: state.id }),
    );
    return rows.length > 0;
  }
}

function leaseEnd(): SQL {
  return sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`;
}
