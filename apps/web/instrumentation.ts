import { isDevelopment, readServerEnv } from './env';

/**
 * Runs once, before the server accepts requests: a missing variable stops it here.
 *
 * @throws EnvironmentError
 */
export async function register(): Promise<void> {
  readServerEnv();
  // Next also compiles this file for the Edge runtime, which has none of Node's modules. Only this
  // literal condition excludes them there.
  // eslint-disable-next-line no-restricted-properties -- a constant that the build inlines
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { acceptOddTargets } = await import('./lib/http/odd-targets');
    const { protectEarlyRedirects } = await import('./lib/http/early-redirects');
    acceptOddTargets();
    protectEarlyRedirects(isDevelopment);
  }
}
