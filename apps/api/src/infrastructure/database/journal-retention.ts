import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import type { UserJournal } from '../../core/events/user-journal.js';

/** In milliseconds. Every process prunes, and skips a batch that another process is deleting. */
const interval = 60 * 60 * 1000;

/** Delays the first run until startup is complete. */
const firstAfter = 60 * 1000;

/** Deletes events of the journal that are older than USER_EVENTS_RETENTION_DAYS, once an hour. */
export class JournalRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  /** @param days how long an event is kept */
  constructor(
    private readonly journal: UserJournal,
    private readonly days: number,
    private readonly log: InfrastructureLog,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(firstAfter);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private schedule(milliseconds: number): void {
    this.timer = setTimeout(() => {
      void this.prune().then(() => {
        if (this.timer !== undefined) this.schedule(interval);
      });
    }, milliseconds).unref();
  }

  private async prune(): Promise<void> {
    try {
      await this.journal.prune(this.days);
    } catch (cause) {
      this.log.warn('Old journal events were not deleted; retrying in an hour.', cause);
    }
  }
}
