import type { Environment } from '../environment/environment.js';
import type { StackPlan } from '../environment/plan.js';
import { seedUser } from '../services/seed-user.js';
import { removeStackFile, writeStackFile } from '../stack/stack-file.js';
import type { Terminal } from '../terminal/terminal.js';
import { welcome } from './welcome.js';

export interface Announcement {
  /** The checkout's `.local`. */
  readonly folder: string;
  readonly plan: StackPlan;
  /** As the services left it. */
  readonly environment: Environment;
  readonly terminal: Terminal;
}

/** Tells people and the other commands that the stack is ready. */
export async function announce(announcement: Announcement): Promise<void> {
  const { folder, plan, environment, terminal } = announcement;
  const apiUrl = environment['CLERK_API_URL'];
  const secretKey = environment['CLERK_SECRET_KEY'];
  const isLocal = plan.clerkLocalPort !== undefined;
  await writeStackFile(folder, {
    clerkLocal: isLocal && apiUrl && secretKey ? { apiUrl, secretKey } : null,
    origin: plan.webOrigin,
    email: seedUser.email,
  });
  terminal.print(welcome(plan, environment));
}

/** The other commands are not to find a stack that has ended. */
export async function retract(folder: string): Promise<void> {
  await removeStackFile(folder);
}
