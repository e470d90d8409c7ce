import type { Profile } from '../../src/core/profile.js';
import type { User } from '../../src/core/user.entity.js';
import {
  UserRepository,
  type DeletionOutcome,
  type EventSource,
  type StoredUser,
  type SyncResult,
} from '../../src/core/user.repository.js';

/** Counts the calls to a repository, and can delay its results. */
export class ObservedUserRepository extends UserRepository {
  /** The number of calls so far. */
  calls = 0;
  private gate: Promise<void> = Promise.resolve();

  constructor(private readonly users: UserRepository) {
    super();
  }

  /**
   * Delays the results of later calls; the calls themselves run immediately.
   *
   * @returns a function that releases them
   */
  holdAnswers(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  override findById(id: string): Promise<User | null> {
    return this.observed(this.users.findById(id));
  }

  override findByClerkId(clerkId: string): Promise<StoredUser | null> {
    return this.observed(this.users.findByClerkId(clerkId));
  }

  override sync(profile: Profile, source?: EventSource): Promise<SyncResult> {
    return this.observed(this.users.sync(profile, source));
  }

  override markDeleted(clerkId: string, source?: EventSource): Promise<DeletionOutcome> {
    return this.observed(this.users.markDeleted(clerkId, source));
  }

  override restore(profile: Profile, source?: EventSource): Promise<boolean> {
    return this.observed(this.users.restore(profile, source));
  }

  override endSession(clerkId: string, sessionId: string): Promise<void> {
    return this.observed(this.users.endSession(clerkId, sessionId));
  }

  private async observed<T>(work: Promise<T>): Promise<T> {
    this.calls += 1;
    const { gate } = this;
    const result = await work;
    await gate;
    return result;
  }
}
