import { readServerEnv } from './env';

/**
 * Runs once, before the server accepts requests: a missing variable stops it here. @throws
 * EnvironmentError
 */
export function register(): void {
  readServerEnv();
}
