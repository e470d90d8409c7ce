import { z } from 'zod';

export const newUserSchema = z.object({
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  password: z.string(),
});
export type NewUser = z.output<typeof newUserSchema>;

/** Commands that tests can send to the stack. */
export const commandSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('stop API') }),
  z.object({ do: z.literal('start API') }),
  z.object({ do: z.literal('pause API') }),
  z.object({ do: z.literal('resume API') }),
  z.object({ do: z.literal('stop database') }),
  z.object({ do: z.literal('start database') }),
  z.object({ do: z.literal('create user'), user: newUserSchema }),
  z.object({ do: z.literal('rename user'), userId: z.string(), firstName: z.string() }),
  z.object({ do: z.literal('delete user'), userId: z.string() }),
  z.object({ do: z.literal('deliver webhooks'), deliver: z.boolean() }),
  z.object({ do: z.literal('set token lifetime'), seconds: z.number() }),
  z.object({ do: z.literal('set token claims'), profile: z.boolean() }),
  z.object({ do: z.literal('set clock offset'), seconds: z.number() }),
  z.object({ do: z.literal('find rows'), email: z.string() }),
  z.object({
    do: z.literal('create token'),
    userId: z.string(),
    sessionId: z.string().optional(),
    origin: z.string().optional(),
  }),
  z.object({ do: z.literal('read API log') }),
  z.object({ do: z.literal('read web log') }),
  z.object({ do: z.literal('measure web heap') }),
]);
export type Command = z.output<typeof commandSchema>;

/** A row of the API's `users` table. */
export const localRowSchema = z.object({
  id: z.string(),
  clerkId: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
});
export type LocalRow = z.output<typeof localRowSchema>;
