/** When every profile was last changed at Clerk, in milliseconds since the epoch. */
export const profileUpdatedAt = 1_750_000_000_000;

/** An image URL as long as Clerk's. */
const picture = `https://img.clerk.com/${'eyJ0eXBlIjoicHJveHkiLCJzcmMiOiJodHRwczovL2ltYWdlcy5jbGVyay5kZXYv'.repeat(2)}`;

/** A user's profile data. */
export interface BenchUser {
  readonly clerkId: string;
  readonly email: string;
  readonly name: string;
  readonly imageUrl: string;
}

/** @param index from 1; the same number yields the same user, here and in SQL */
export function benchUser(index: number): BenchUser {
  return {
    clerkId: `user_2bench${String(index).padStart(20, '0')}`,
    email: `person.${index}@people.example`,
    name: `Ada Testperson ${index}`,
    imageUrl: `${picture}${index}`,
  };
}

/** @returns the users with these numbers, including the last one */
export function benchUsers(from: number, to: number): BenchUser[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => benchUser(from + offset));
}

/** The same as `benchUser`, as columns of a select over `index`. */
export const benchUserColumns = `
  'user_2bench' || lpad(index::text, 20, '0') as clerk_id,
  'person.' || index || '@people.example' as email,
  'Ada Testperson ' || index as name,
  '${picture}' || index as image_url`;
