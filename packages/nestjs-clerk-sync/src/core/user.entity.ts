/** The default user type, for applications without their own. Times are ISO 8601 in UTC. */
export interface User {
  /** The local id. It never changes. */
  readonly id: string;
  /** The user's id at the identity provider. */
  readonly clerkId: string;
  /** Data, never an identity: two users may share one. */
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
