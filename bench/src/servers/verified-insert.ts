/** The minimum work of a first request: verify, insert the row and commit. */
import { sql } from 'drizzle-orm';
import { usualUsers } from './usual/users.table.js';
import { startVerified } from './verified/start.js';

await startVerified((db) => {
  const insertion = db
    .insert(usualUsers)
    .values({
      clerkId: sql.placeholder('clerkId'),
      email: sql.placeholder('email'),
      name: sql.placeholder('name'),
      imageUrl: sql.placeholder('imageUrl'),
    })
    .returning()
    .prepare('insert_user');
  return async ({ sub, email, name, imageUrl }) =>
    (await insertion.execute({ clerkId: sub, email, name, imageUrl }))[0];
});
