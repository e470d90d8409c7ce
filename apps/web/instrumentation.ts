import { readServerEnv } from './env';

/** Runs once, before the server answers: a missing variable stops it here. @throws EnvironmentError */
export function register(): void {
  readServerEnv();
}
