import { randomUUID } from 'node:crypto';
import type { NewUser } from '../stack/commands';

/** Details of a new user. @param given the details that matter to the test */
export function aNewUser(given: Partial<NewUser> = {}): NewUser {
  return {
    email: `ada-${randomUUID()}@example.com`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: `engine-${randomUUID()}`,
    ...given,
  };
}
