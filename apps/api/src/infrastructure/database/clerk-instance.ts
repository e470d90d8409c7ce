import type { InfrastructureLog } from '@populatte/nestjs-clerk-sync';
import { isSameInstance, type ReconciliationStore } from '@populatte/nestjs-clerk-sync/internal';

/**
 * Compares the Clerk instance of the environment with that of the users, which the first start
 * records. Never rejects: requests do not depend on it.
 *
 * @param issuer the `iss` of the instance's tokens
 */
export async function checkClerkInstance(
  store: ReconciliationStore,
  issuer: string,
  log: InfrastructureLog,
): Promise<void> {
  try {
    const recorded = await store.instance();
    const current = { issuer, instanceId: null, keyIds: [] };
    if (recorded === null) {
      await store.recordInstance(current);
    } else if (!isSameInstance(recorded, current)) {
      log.warn(
        'The users in this database belong to a different Clerk instance than CLERK_PUBLISHABLE_KEY: every user would get a second row. Check CLERK_PUBLISHABLE_KEY and DATABASE_URL; `npm run doctor` names the instance.',
      );
    }
  } catch {
    // The database cannot answer or takes no writes; the next start checks again.
  }
}
