import { lookup } from 'node:dns/promises';
import { StackError } from '../stack/stack-error.js';
import type { StackPlan } from './plan.js';

/**
 * Makes sure that the services reach each other: they listen on IPv4 addresses, and call each other
 * by the name `localhost`.
 *
 * @throws StackError naming the fix if that name has no IPv4 address
 */
export async function assertLocalhost(
  { host, hostInUrl }: Pick<StackPlan, 'host' | 'hostInUrl'>,
  resolve: typeof lookup = lookup,
): Promise<void> {
  if (hostInUrl !== 'localhost' || host === '::') return;
  // A name that cannot be resolved has no address.
  const addresses = await resolve('localhost', { all: true }).catch(() => []);
  if (addresses.some(({ family }) => family === 4)) return;
  throw new StackError(
    'The name localhost has no IPv4 address on this machine, so the services cannot reach each ' +
      'other. Add this line to /etc/hosts: 127.0.0.1 localhost',
  );
}
