import { z } from 'zod';
import { parseVariables } from './environment-error';

const schema = z.object({
  CLERK_SECRET_KEY: z.string().regex(/^sk_(test|live)_\S+$/),
  API_URL: z.url({ protocol: /^https?$/ }).optional(),
});

const mends = {
  CLERK_SECRET_KEY:
    'Set it to your application’s secret key (sk_test_… or sk_live_…; dashboard.clerk.com, “API keys”).',
  API_URL:
    'Set it to where this server reaches the API, such as http://api.internal:3001, or unset it for NEXT_PUBLIC_API_URL.',
};

/** What the server alone may know; read when it runs, not when it is built. */
export type ServerEnv = z.output<typeof schema>;

/** @throws EnvironmentError */
export function parseServerEnv(variables: Readonly<Record<string, string | undefined>>): ServerEnv {
  return parseVariables(schema, variables, mends);
}
