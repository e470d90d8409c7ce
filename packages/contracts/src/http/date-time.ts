import { string } from 'zod';

/** A time in responses: ISO 8601 in UTC. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- `iso.datetime()` checks the same, but Turbopack then keeps more of Zod
export const dateTime = string().datetime();
