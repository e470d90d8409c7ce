import { z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.js';

/** The local user in responses. Times are ISO 8601 in UTC. */
export const userResponse = z
  .object({
    id: z.uuid().describe('The local id. It never changes.'),
    clerkId: z.string().min(1).describe('The Clerk id of the user.'),
    email: z.string().nullable().describe('Data, never an identity: two users may share one.'),
    name: z.string().nullable(),
    imageUrl: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });

export type UserResponse = z.infer<typeof userResponse>;

/** Returns the local user of the session. */
export const getMe = defineEndpoint({
  method: 'GET',
  path: '/users/me',
  response: userResponse,
});
