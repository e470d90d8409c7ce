/** A user of an application that has no type of its own for it. Times are ISO 8601 in UTC. */
export interface User {
  /** The local id. It never changes. */
  readonly id: string;
  /** The identity provider's id of the same user. */
  readonly clerkId: string;
  /** Data, never an identity: two users may share one. */
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
