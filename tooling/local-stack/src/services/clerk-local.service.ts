import { join } from 'node:path';
import {
  ClerkLocalError,
  startClerkLocal,
  webEnvironment,
  type ClerkLocal,
} from '@populatte/clerk-local';
import { never } from '@populatte/process-kit';
import type { Environment } from '../environment/environment.js';
import type { Service } from '../stack/service.js';
import { StackError } from '../stack/stack-error.js';
import { localPublishableKey } from './local-clerk.js';
import { serveUserRows } from './user-rows.js';
import { seedUser } from './seed-user.js';

export interface ClerkLocalOptions {
  readonly root: string;
  readonly port: number;
  /** The API's webhook endpoint. */
  readonly webhookUrl: string;
}

/** The local Clerk, with its state in `.local/clerk.json` and one user. Provides Clerk's variables. */
export function clerkLocalService({ root, port, webhookUrl }: ClerkLocalOptions): Service {
  return {
    name: 'clerk-local',
    async start({ print, environment }) {
      const rows = await serveUserRows(environment['DATABASE_URL'] ?? '');
      const clerk = await startClerkLocal({
        port,
        statePath: join(root, '.local/clerk.json'),
        applicationName: 'Populatte',
        publishableKey: localPublishableKey,
        webhookUrl,
        inspect: rows.url,
        log: print,
      }).catch(async (error: unknown) => {
        await rows.close();
        throw error instanceof ClerkLocalError
          ? new StackError(error.message, { cause: error })
          : error;
      });
      return {
        address: clerk.url,
        provides: clerkVariables(clerk),
        died: never(),
        // Must not happen earlier, because the API must receive the webhook about the user.
        whenAllReady: async () => {
          await clerk.users.ensure(seedUser);
        },
        stop: async () => {
          await clerk.close();
          await rows.close();
        },
        // It lives in this process and ends with it.
        kill: () => undefined,
      };
    },
  };
}

function clerkVariables(clerk: ClerkLocal): Environment {
  return {
    ...webEnvironment(clerk),
    CLERK_PUBLISHABLE_KEY: clerk.publishableKey,
    // Values of another application would not match. Empty counts as unset.
    CLERK_JWT_KEY: '',
    CLERK_ISSUER: '',
  };
}
