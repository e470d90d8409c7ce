import { webEnvironment, type WebEnvironmentInput } from './web-environment.js';

/** The kinds of application for which `--env` prints variables. */
export const environmentKinds = ['next', 'react', 'express', 'fastify', 'node', 'cli'] as const;
export type EnvironmentKind = (typeof environmentKinds)[number];

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/**
 * Returns the environment variables that connect an application to the instance.
 *
 * @example environmentOf('express', clerk)['CLERK_API_URL'] // 'http://127.0.0.1:4010'
 */
export function environmentOf(kind: EnvironmentKind, instance: WebEnvironmentInput): Variables {
  switch (kind) {
    case 'next':
      return nextEnvironment(instance);
    case 'react':
      return reactEnvironment(instance);
    case 'express':
    case 'fastify':
      return serverEnvironment(instance);
    case 'node':
      return nodeEnvironment(instance);
    case 'cli':
      return cliEnvironment(instance);
  }
}

/**
 * `@clerk/nextjs`. A new application has no sign-in page: Clerk's buttons lead to the Account
 * Portal, and back to the user's page.
 */
function nextEnvironment(instance: WebEnvironmentInput): Variables {
  const {
    NEXT_PUBLIC_CLERK_SIGN_IN_FALLBACK_REDIRECT_URL: signInFallback,
    NEXT_PUBLIC_CLERK_SIGN_UP_FALLBACK_REDIRECT_URL: signUpFallback,
    ...variables
  } = webEnvironment(instance);
  return {
    ...variables,
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: new URL('/sign-in', instance.url).href,
    NEXT_PUBLIC_CLERK_SIGN_UP_URL: new URL('/sign-up', instance.url).href,
  };
}

/** Returns the variables of all kinds of application. */
export function wholeEnvironment(instance: WebEnvironmentInput): Variables {
  return Object.fromEntries(
    environmentKinds.flatMap((kind) => Object.entries(environmentOf(kind, instance))),
  );
}

/** `@clerk/backend` in a script or a test. It reads no variables: pass them to `createClerkClient`. */
function nodeEnvironment(instance: WebEnvironmentInput): Variables {
  return {
    CLERK_PUBLISHABLE_KEY: instance.publishableKey,
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_WEBHOOK_SIGNING_SECRET: instance.webhookSigningSecret,
    CLERK_API_URL: instance.url,
  };
}

/** `@clerk/express` reads all of them. `@clerk/fastify` needs `apiUrl` and `proxyUrl` as options. */
function serverEnvironment(instance: WebEnvironmentInput): Variables {
  const web = webEnvironment(instance);
  return {
    ...nodeEnvironment(instance),
    CLERK_PROXY_URL: instance.url,
    CLERK_JS_URL: web['NEXT_PUBLIC_CLERK_JS_URL'] ?? '',
    CLERK_UI_URL: web['NEXT_PUBLIC_CLERK_UI_URL'] ?? '',
    CLERK_SIGN_IN_URL: new URL('/sign-in', instance.url).href,
    CLERK_SIGN_UP_URL: new URL('/sign-up', instance.url).href,
    CLERK_TELEMETRY_DISABLED: '1',
  };
}

/** `@clerk/react` with Vite reads the key only. Pass the other values as properties. */
function reactEnvironment(instance: WebEnvironmentInput): Variables {
  const web = webEnvironment(instance);
  return {
    VITE_CLERK_PUBLISHABLE_KEY: instance.publishableKey,
    VITE_CLERK_PROXY_URL: instance.url,
    VITE_CLERK_JS_URL: web['NEXT_PUBLIC_CLERK_JS_URL'] ?? '',
    VITE_CLERK_UI_URL: web['NEXT_PUBLIC_CLERK_UI_URL'] ?? '',
  };
}

/** Clerk's command-line program. */
function cliEnvironment(instance: WebEnvironmentInput): Variables {
  return {
    CLERK_PUBLISHABLE_KEY: instance.publishableKey,
    CLERK_SECRET_KEY: instance.secretKey,
    CLERK_BACKEND_API_URL: instance.url,
  };
}
