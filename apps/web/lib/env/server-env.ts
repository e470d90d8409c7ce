import { z } from 'zod';
import { parseVariables } from './environment-error';

/** Comma-separated origins. Drops a trailing slash and refuses a path. */
const origins = z
  .string()
  .transform((value) => value.split(',').map((origin) => origin.trim()))
  .pipe(
    z
      .array(
        z
          .url({ protocol: /^https?$/ })
          .refine((url) => /^https?:\/\/[^/?#@*]+\/?$/i.test(url))
          .transform((url) => new URL(url).origin),
      )
      .min(1),
  );

const schema = z.object({
  CLERK_SECRET_KEY: z.string().regex(/^sk_(test|live)_\S+$/),
  CLERK_ACCEPT_TOKENS_WITHOUT_AZP: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
  API_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEB_URL: z.string().default('http://localhost:3000').pipe(origins),
});

const hints = {
  CLERK_SECRET_KEY:
    'Set it to your application’s secret key (sk_test_… or sk_live_…; dashboard.clerk.com, “API keys”).',
  CLERK_ACCEPT_TOKENS_WITHOUT_AZP:
    'Set it to true or false, as for the API, or unset it for false.',
  API_URL:
    'Set it to where this server reaches the API, such as http://api.internal:3001, or unset it for NEXT_PUBLIC_API_URL.',
  WEB_URL:
    'Set it to the origins of this app, comma-separated and without paths, such as https://app.example.com, or unset it for http://localhost:3000.',
};

/** Variables for the server only, read when it starts and not when the app is built. */
export type ServerEnv = z.output<typeof schema>;

/** @throws EnvironmentError */
export function parseServerEnv(variables: Readonly<Record<string, string | undefined>>): ServerEnv {
  return parseVariables(schema, variables, hints);
}
