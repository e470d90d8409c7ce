import type { UserRecord } from './user-records.js';

/** The identifiers by which users are found, besides their id. */
const identifiers = {
  email: (user) => user.emails.map(({ address }) => address),
  phone: (user) => user.phones.map(({ number }) => number),
  wallet: (user) => user.wallets.map(({ address }) => address),
  username: (user) => (user.username === null ? [] : [user.username.toLowerCase()]),
  externalId: (user) => (user.externalId === null ? [] : [user.externalId]),
} satisfies Record<string, (user: UserRecord) => string[]>;

export type Identifier = keyof typeof identifiers;

const kinds = Object.keys(identifiers) as Identifier[];

/**
 * Users by id, with an index of each identifier: without it, every sign-up would scan all users.
 */
export class UserTable extends Map<string, UserRecord> {
  /** The ids of users by kind and identifier. */
  private readonly index = new Map<string, Set<string>>();

  /** @returns the users who have the identifier, as it is stored; the oldest first */
  having(kind: Identifier, value: string): UserRecord[] {
    const ids = [...(this.index.get(keyOf(kind, value)) ?? [])];
    return ids.flatMap((id) => this.get(id) ?? []);
  }

  override set(id: string, user: UserRecord): this {
    const before = this.get(id);
    if (before !== undefined) this.forget(before);
    for (const key of keysOf(user)) {
      const ids = this.index.get(key);
      if (ids === undefined) this.index.set(key, new Set([id]));
      else ids.add(id);
    }
    return super.set(id, user);
  }

  override delete(id: string): boolean {
    const before = this.get(id);
    if (before !== undefined) this.forget(before);
    return super.delete(id);
  }

  override clear(): void {
    this.index.clear();
    super.clear();
  }

  private forget(user: UserRecord): void {
    for (const key of keysOf(user)) {
      const ids = this.index.get(key);
      ids?.delete(user.id);
      if (ids?.size === 0) this.index.delete(key);
    }
  }
}

function keysOf(user: UserRecord): string[] {
  return kinds.flatMap((kind) => identifiers[kind](user).map((value) => keyOf(kind, value)));
}

function keyOf(kind: Identifier, value: string): string {
  return `${kind}:${value}`;
}
