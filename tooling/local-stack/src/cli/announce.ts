import type { Environment } from '../environment/environment.js';
import type { StackPlan } from '../environment/plan.js';
import { writeStackFile } from '../stack/stack-file.js';
import type { Terminal } from '../terminal/terminal.js';
import { welcome } from './welcome.js';

export interface Announcement {
  /** The checkout's `.local`. */
  readonly folder: string;
  readonly plan: StackPlan;
  /** Includes the variables of all services. */
  readonly environment: Environment;
  readonly terminal: Terminal;
}

/** Prints that the stack is ready, and writes the file that other commands read. */
export async function announce(announcement: Announcement): Promise<void> {
  const { folder, plan, environment, terminal } = announcement;
  const apiUrl = environment['CLERK_API_URL'];
  const secretKey = environment['CLERK_SECRET_KEY'];
  const isLocal = plan.clerkLocalPort !== undefined;
  await writeStackFile(folder, {
    clerkLocal: isLocal && apiUrl && secretKey ? { apiUrl, secretKey } : null,
    origin: plan.webOrigin,
  });
  terminal.print(welcome(plan, environment));
}
