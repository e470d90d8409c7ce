/**
 * The local user: the only representation of an account that controllers see. Frozen, because
 * requests share it.
 */
export class User {
  /** The local id. It never changes. */
  readonly id: string;
  /** The user's id at the identity provider. */
  readonly clerkId: string;
  /** Data, never an identity: two users may share one. */
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  /** ISO 8601 in UTC, to the millisecond. Not a Date, which is mutable. */
  readonly createdAt: string;
  readonly updatedAt: string;

  constructor(state: Readonly<User>) {
    this.id = state.id;
    this.clerkId = state.clerkId;
    this.email = state.email;
    this.name = state.name;
    this.imageUrl = state.imageUrl;
    this.createdAt = state.createdAt;
    this.updatedAt = state.updatedAt;
    Object.freeze(this);
  }
}
