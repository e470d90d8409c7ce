/** A user's profile data. */
export interface ClerkUser {
  readonly clerkId: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly imageUrl: string | null;
}

/** A user as Clerk's Backend API and webhooks return it, with the fields that Populatte reads. */
export type ClerkUserJson = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * @param updatedAt milliseconds since the epoch
 * @param overrides fields that differ
 */
export function clerkUserJson(
  { clerkId, email, name, imageUrl }: ClerkUser,
  updatedAt: number,
  overrides: Readonly<Record<string, unknown>> = {},
): ClerkUserJson {
  const [firstName, ...rest] = name?.split(' ') ?? [];
  return {
    id: clerkId,
    object: 'user',
    first_name: firstName ?? null,
    last_name: rest.join(' ') || null,
    image_url: imageUrl,
    primary_email_address_id: email === null ? null : 'idn_primary',
    email_addresses: [
      { id: 'idn_other', object: 'email_address', email_address: 'other@people.example' },
      ...(email === null ? [] : [{ id: 'idn_primary', email_address: email }]),
    ],
    created_at: updatedAt,
    updated_at: updatedAt,
    ...overrides,
  };
}
