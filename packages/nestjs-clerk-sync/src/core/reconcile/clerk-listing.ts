import {
  type ClerkUsers,
  type ListCursor,
  type ListedUser,
  RepeatingListError,
} from './clerk-users.js';
import type { PassProgress } from './pass-progress.js';
import type { ListedRun, Run } from './reconciliation.js';

/** Tolerated difference between Clerk's clock and the database's, in milliseconds. */
const clockSkew = 60_000;

/** Applies Clerk's list, page by page. */
export class ClerkListing {
  constructor(
    private readonly clerk: ClerkUsers,
    private readonly progress: PassProgress,
  ) {}

  /** Oldest first, so that users who sign up during the run come last and none is skipped. */
  async apply(begun: Run): Promise<ListedRun> {
    let run = begun;
    let isAfterShortPage = false;
    for (;;) {
      const { position } = run;
      if (position.phase === 'missing') return { ...run, position };
      const { cursor, lastCreatedAt } = position;
      const page = await this.nextPage(cursor, isAfterShortPage);
      if (page === null) {
        // The cursor's user was deleted: continue by time, from its own millisecond on.
        const createdAfter = lastCreatedAt === null ? null : lastCreatedAt - 1;
        run = { ...run, position: { ...position, cursor: { startingAfter: null, createdAfter } } };
        continue;
      }
      if (cursor.startingAfter !== null && page.at(-1)?.clerkId === cursor.startingAfter) {
        throw new RepeatingListError();
      }
      const oldestRow = await this.progress.applyPage(page);
      const overlaps = oldestRow !== null && oldestRow < run.startedAt;
      const last = page.at(-1);
      isAfterShortPage = page.length < this.clerk.pageSize;
      run = {
        ...run,
        overlaps: run.overlaps || overlaps,
        position:
          last === undefined || this.isEnd(page, run)
            ? { phase: 'missing', after: null, candidates: [], isComplete: false }
            : {
                phase: 'listing',
                cursor: { ...cursor, startingAfter: last.clerkId },
                lastCreatedAt: last.createdAt ?? lastCreatedAt,
              },
      };
      await this.progress.store(run);
      this.progress.report('listing', this.progress.counts.scanned, run.clerkUsers);
    }
  }

  /**
   * An empty page ends the list, but not a shorter one: Clerk does not promise that it is the last one.
   * Users who sign up constantly would keep every page from being empty, so a shorter page also ends
   * the list if its last user signed up after the run began.
   */
  private isEnd(page: readonly ListedUser[], { startedAt }: Run): boolean {
    const last = page.at(-1);
    if (last === undefined) return true;
    const isLater = (last.createdAt ?? 0) > startedAt + clockSkew;
    return page.length < this.clerk.pageSize && isLater;
  }

  /**
   * An empty page may also mean that the cursor's user no longer exists at Clerk.
   *
   * @param isEndExpected after a short page, an empty one is taken as the end without a further request
   */
  private async nextPage(
    cursor: ListCursor,
    isEndExpected: boolean,
  ): Promise<readonly ListedUser[] | null> {
    const page = await this.clerk.listPage(cursor);
    if (page === null || page.length > 0 || cursor.startingAfter === null) return page;
    if (isEndExpected) return page;
    return (await this.clerk.find(cursor.startingAfter)) === null ? null : page;
  }

  /**
   * Lists all users once more, after a list that lacked some, and applies those that it lacked. The
   * stored position stays behind the first list. A run that was resumed does not know which users an
   * earlier process applied, so it reports the short list instead.
   */
  async applyAgain(run: ListedRun): Promise<void> {
    let cursor: ListCursor = { startingAfter: null, createdAfter: null };
    for (;;) {
      const page = await this.clerk.listPage(cursor);
      const last = page?.at(-1);
      if (page === null || last === undefined || last.clerkId === cursor.startingAfter) break;
      await this.progress.applyPage(page);
      this.progress.report('listing', this.progress.counts.scanned, run.clerkUsers);
      if (this.isEnd(page, run)) break;
      cursor = { ...cursor, startingAfter: last.clerkId };
    }
  }

  /** Stops at the first user that changed before. Pages overlap, since deletions shift them. */
  async applyRecent(since: number): Promise<void> {
    const step = this.clerk.pageSize - Math.ceil(this.clerk.pageSize / 10);
    let isKnown = false;
    for (let offset = 0; ; offset += step) {
      const page = await this.clerk.listRecent(offset);
      // A single page without a new user may be the rest of the previous one.
      const wasKnown = isKnown;
      isKnown = page.length > 0 && page.every(({ clerkId }) => this.progress.seen.has(clerkId));
      if (isKnown && wasKnown) throw new RepeatingListError();
      const recent = page.filter(({ profile }) => profile === null || profile.version.at >= since);
      await this.progress.applyPage(recent);
      this.progress.report('listing', this.progress.counts.scanned, null);
      if (recent.length < page.length || page.length === 0) return;
    }
  }

  /** Users may be deleted while they are listed, so Clerk must list at least the smaller of both counts. */
  async countNotListed(run: Run): Promise<number> {
    const expected = Math.min(run.clerkUsers, await this.clerk.count());
    return Math.max(0, expected - this.progress.counts.scanned);
  }
}
