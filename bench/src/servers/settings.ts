/* eslint-disable no-restricted-properties -- the one file that reads process.env, as the API's own */
import { z } from 'zod';

/** The settings of the bench's own servers. */
const schema = z.object({
  HOST: z.string(),
  PORT: z.coerce.number(),
  DATABASE_URL: z.string(),
  CLERK_API_URL: z.string(),
  CLERK_SECRET_KEY: z.string(),
  WEB_URL: z.string(),
  /** Number of users that the route without authentication answers with in turn. */
  BENCH_USERS: z.coerce.number().default(1_000),
});

export const settings = schema.parse(process.env);
