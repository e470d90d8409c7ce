import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { settings } from '../settings.js';
import { usualUsers, type UsualUser } from './users.table.js';

const db = drizzle(new pg.Pool({ connectionString: settings.DATABASE_URL, max: 10 }));

export type ClerkProfile = Pick<UsualUser, 'clerkId' | 'email' | 'name' | 'imageUrl'>;

/** Selects, compares, and writes only if something differs. */
export async function syncUser(profile: ClerkProfile): Promise<UsualUser> {
  const { clerkId, ...columns } = profile;
  const [found] = await db
    .select()
    .from(usualUsers)
    .where(eq(usualUsers.clerkId, clerkId))
    .limit(1);
  if (
    found?.email === profile.email &&
    found.name === profile.name &&
    found.imageUrl === profile.imageUrl
  ) {
    return found;
  }
  const [written] = await db
    .insert(usualUsers)
    .values(profile)
    .onConflictDoUpdate({ target: usualUsers.clerkId, set: { ...columns, updatedAt: new Date() } })
    .returning();
  if (written === undefined) throw new Error('The user was not written.');
  return written;
}
