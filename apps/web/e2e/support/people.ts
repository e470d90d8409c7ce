import { randomUUID } from 'node:crypto';
import type { Person } from '../stack/commands';

/** Somebody whom nobody knows yet. @param given what the test cares about */
export function aPerson(given: Partial<Person> = {}): Person {
  return {
    email: `ada-${randomUUID()}@example.com`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: `engine-${randomUUID()}`,
    ...given,
  };
}
