import { isDevelopment, readServerEnv } from './env';
import { protectEarlyRedirects } from './lib/http/early-redirects';
import { acceptOddTargets } from './lib/http/odd-targets';

/**
 * Runs once, before the server accepts requests: a missing variable stops it here.
 *
 * @throws EnvironmentError
 */
export function register(): void {
  readServerEnv();
  acceptOddTargets();
  protectEarlyRedirects(isDevelopment);
}
