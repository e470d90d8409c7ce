import {
  type ClerkInstance,
  ClerkUsers,
  type ListCursor,
  type ListedUser,
} from '../../../src/core/reconcile/clerk-users.js';
import type { Profile } from '../../../src/core/profile.js';

/** More requests than any of these tests needs, so that an endless loop fails. */
const mostRequests = 2_000;

/** @returns a user in Clerk's list, with the id as the name, last changed when created */
export function listed(
  clerkId: string,
  createdAt: number,
  given: Partial<Profile> = {},
): ListedUser & { readonly profile: Profile } {
  const clerkUser = { clerkId, email: null, name: clerkId, imageUrl: null };
  const profile = { ...clerkUser, version: { at: createdAt, exact: true }, ...given };
  return { clerkId, createdAt, profile };
}

/** Clerk with pages of two users. It records each request, such as `list from the start`. */
export class FakeClerk extends ClerkUsers {
  override pageSize = 2;
  override batchSize = 2;
  override requests = 0;
  readonly asked: string[] = [];
  identity: ClerkInstance = { issuer: 'x', instanceId: 'ins_one', keyIds: [] };
  /** Users that Clerk has but does not list yet. */
  readonly late: ListedUser[] = [];
  /** Users that Clerk finds only by id. */
  readonly hidden: ListedUser[] = [];
  /** Answers in place of the number of listed users. */
  counted: number | null = null;
  /** Whether the page after an unknown user is empty, instead of an error. */
  hasEmptyPages = false;
  /** Called before each answer. */
  onRequest: (request: string) => Promise<void> | void = () => undefined;

  constructor(readonly users: ListedUser[]) {
    super();
  }

  override async instance(): Promise<ClerkInstance> {
    await this.onRequest('instance');
    return this.identity;
  }

  override async count(): Promise<number> {
    await this.request('count');
    return this.counted ?? this.users.length;
  }

  override async listPage(cursor: ListCursor): Promise<ListedUser[] | null> {
    const { startingAfter, createdAfter } = cursor;
    const since = createdAfter === null ? 'the start' : String(createdAfter);
    await this.request(`list from ${startingAfter ?? since}`);
    const at = this.users.findIndex(({ clerkId }) => clerkId === startingAfter);
    if (startingAfter !== null && at === -1) return this.hasEmptyPages ? [] : null;
    const rest = this.users
      .slice(at + 1)
      .filter(({ createdAt }) => createdAfter === null || (createdAt ?? 0) > createdAfter);
    return rest.slice(0, this.pageSize);
  }

  override async listRecent(offset: number): Promise<ListedUser[]> {
    await this.request(`recent from ${offset}`);
    const changed = ({ profile, createdAt }: ListedUser): number =>
      profile?.version.at ?? createdAt ?? 0;
    const newestFirst = this.users.toSorted((one, other) => changed(other) - changed(one));
    return newestFirst.slice(offset, offset + this.pageSize);
  }

  override async findMany(ids: readonly string[]): Promise<ListedUser[]> {
    await this.request(`find many ${ids.join(' ')}`);
    return [...this.users, ...this.late].filter(({ clerkId }) => ids.includes(clerkId));
  }

  override async find(id: string): Promise<ListedUser | null> {
    await this.request(`find ${id}`);
    const all = [...this.users, ...this.late, ...this.hidden];
    return all.find(({ clerkId }) => clerkId === id) ?? null;
  }

  private async request(request: string): Promise<void> {
    this.requests += 1;
    if (this.requests > mostRequests) throw new Error(`Request ${this.requests}: ${request}`);
    this.asked.push(request);
    await this.onRequest(request);
  }
}
