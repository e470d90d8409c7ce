import { and, asc, count, gt, inArray, isNull, lt, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { type LocalRow, LocalUsers } from '../../core/reconcile/local-users.js';
import type { Database } from './database.js';
import type { ClerkUserTable } from './clerk-columns.js';
import { epochMs } from './row-expressions.js';
import { withRetries } from './statement-retries.js';

const localRow = z.object({
  clerkId: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  imageUrl: z.string().nullable(),
  profileVersion: z.number(),
  banVersion: z.number(),
  createdAt: z.number(),
  deletedAt: z.number().nullable(),
  bannedAt: z.number().nullable(),
});

/** Reads local users page by page. */
export class PostgresLocalUsers extends LocalUsers {
  constructor(
    private readonly db: Database,
    private readonly users: ClerkUserTable,
  ) {
    super();
  }

  override async findRows(clerkIds: readonly string[]): Promise<ReadonlyMap<string, LocalRow>> {
    if (clerkIds.length === 0) return new Map();
    const { clerkId, email, name, imageUrl, profileVersion, banVersion } = this.users;
    const createdAt = epochMs(this.users.createdAt).mapWith(Number);
    const deletedAt = epochMs(this.users.deletedAt).mapWith(toNumberOrNull);
    const bannedAt = epochMs(this.users.bannedAt).mapWith(toNumberOrNull);
    const rows = await withRetries(this.db, () =>
      this.db
        .select({
          clerkId,
          email,
          name,
          imageUrl,
          profileVersion,
          banVersion,
          createdAt,
          deletedAt,
          bannedAt,
        })
        .from(this.users)
        .where(inArray(this.users.clerkId, [...clerkIds])),
    );
    return new Map(
      localRow
        .array()
        .parse(rows)
        .map(({ clerkId: id, ...row }) => [
          id,
          {
            createdAt: row.createdAt,
            compared:
              row.deletedAt === null
                ? {
                    state: 'live',
                    user: row,
                    version: row.profileVersion,
                    banVersion: row.banVersion,
                    revocations: { bannedAt: row.bannedAt },
                  }
                : { state: 'deleted' },
          },
        ]),
    );
  }

  override async countLive(createdBefore: number): Promise<number> {
    const [row] = await withRetries(this.db, () =>
      this.db
        .select({ live: count() })
        .from(this.users)
        .where(isLiveBefore(this.users, createdBefore)),
    );
    return row?.live ?? 0;
  }

  override async livePage(
    after: string | null,
    createdBefore: number,
    limit: number,
  ): Promise<readonly string[]> {
    const rows = await withRetries(this.db, () =>
      this.db
        .select({ clerkId: this.users.clerkId })
        .from(this.users)
        .where(
          and(
            isLiveBefore(this.users, createdBefore),
            after === null ? undefined : gt(this.users.clerkId, after),
          ),
        )
        .orderBy(asc(this.users.clerkId))
        .limit(limit),
    );
    return rows.map(({ clerkId }) => z.string().parse(clerkId));
  }
}

function isLiveBefore(users: ClerkUserTable, createdBefore: number): SQL | undefined {
  return and(isNull(users.deletedAt), lt(users.createdAt, new Date(createdBefore)));
}

function toNumberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}
