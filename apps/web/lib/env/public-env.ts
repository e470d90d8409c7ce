import { z } from 'zod';
import { parseVariables } from './environment-error';

const schema = z.object({
  NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: z.string().regex(/^pk_(test|live)_[A-Za-z0-9+/]+=*$/),
  NEXT_PUBLIC_CLERK_PROXY_URL: z.string().optional(),
  NEXT_PUBLIC_API_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3001'),
});

const hints = {
  NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY:
    'Set it to your application’s publishable key (pk_test_… or pk_live_…; dashboard.clerk.com, ' +
    '“API keys”), or run `npm start` at the repository’s root, which starts a local Clerk. ' +
    'It becomes part of the build: set it before building.',
  NEXT_PUBLIC_API_URL:
    'Set it to where browsers reach the API, such as https://api.example.com, or unset it for http://localhost:3001.',
};

/** Public variables: the build inlines them in the scripts. */
export type PublicEnv = z.output<typeof schema>;

/** @throws EnvironmentError */
export function parsePublicEnv(variables: Readonly<Record<string, string | undefined>>): PublicEnv {
  return parseVariables(schema, variables, hints);
}

/**
 * @returns the URL of the local Clerk, or undefined if the build is for a real Clerk application
 */
export function localInstanceUrl({ NEXT_PUBLIC_CLERK_PROXY_URL }: PublicEnv): string | undefined {
  const url = NEXT_PUBLIC_CLERK_PROXY_URL ?? '';
  if (!URL.canParse(url)) return undefined;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname) ? url : undefined;
}
