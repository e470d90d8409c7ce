/** A local Clerk with 10,000 users. */
import { startClerkLocal } from '@populatte/clerk-local';
import { secretKey } from '../clerk-local/api-request.js';
import { benchUsers } from '../world/bench-users.js';
import { settings } from './settings.js';

await startClerkLocal({
  port: settings.PORT,
  host: settings.HOST,
  secretKey,
  seed: {
    users: benchUsers(1, 10_000).map(({ clerkId, email, name, imageUrl }) => ({
      id: clerkId,
      emailAddresses: [email],
      firstName: name,
      imageUrl,
    })),
  },
});
