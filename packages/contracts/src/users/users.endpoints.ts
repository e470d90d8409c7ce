import { object, string, uuid, type z } from 'zod';
import { dateTime } from '../http/date-time.js';
import { defineEndpoint } from '../http/define-endpoint.js';

/** The local user in responses. Times are ISO 8601 in UTC. */
export const userResponse = object({
  id: uuid().describe('The local id. It never changes.'),
  clerkId: string().min(1).describe('The Clerk id of the user.'),
  email: string().nullable().describe('Data, never an identity: two users may share one.'),
  name: string().nullable(),
  imageUrl: string().nullable(),
  createdAt: dateTime,
  updatedAt: dateTime,
}).meta({ id: 'User' });

export type UserResponse = z.infer<typeof userResponse>;

/** Returns the local user of the session. */
export const getMe = defineEndpoint({
  method: 'GET',
  path: '/users/me',
  response: userResponse,
});
