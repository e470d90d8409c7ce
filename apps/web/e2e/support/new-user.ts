import { randomUUID } from 'node:crypto';
import type { Person } from '../stack/commands';

/** Details of a new user. @param given the details that matter to the test */
export function aPerson(given: Partial<Person> = {}): Person {
  return {
    email: `ada-${randomUUID()}@example.com`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: `engine-${randomUUID()}`,
    ...given,
  };
}
