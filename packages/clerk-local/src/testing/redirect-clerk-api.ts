import { z } from 'zod';

/** The URL to which `@clerk/backend` sends its calls without `apiUrl`. */
const clerkApi = 'https://api.clerk.com';

/** The instances by secret key. */
const instances = new Map<string, string>();

interface Dispatcher {
  dispatch(options: unknown, handler: unknown): unknown;
}

const dispatcherSchema = z.custom<Dispatcher>(
  (value) => typeof value === 'object' && value !== null && 'dispatch' in value,
);
const dispatchSchema = z.looseObject({ origin: z.unknown(), headers: z.unknown() });

/** Node's `fetch` reads its connections from these properties (of undici 5 to 7, and 8). */
const dispatcherKeys = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map((key) =>
  Symbol.for(key),
);
let installed = false;

/**
 * Sends calls of this process for `https://api.clerk.com` to an instance, if they carry its secret
 * key. `clerk.signIn({ emailAddress })` of `@clerk/testing` ignores `CLERK_API_URL`. All other
 * requests are unchanged.
 *
 * @returns a function that stops the redirection
 */
export function redirectClerkApi(secretKey: string, url: string): () => void {
  instances.set(secretKey, url);
  if (!installed) install();
  installed = true;
  return () => {
    instances.delete(secretKey);
  };
}

function install(): void {
  // Node creates its dispatcher when `fetch` is first used.
  new Response();
  for (const key of dispatcherKeys) {
    const original = dispatcherSchema.safeParse(Reflect.get(globalThis, key)).data;
    if (original === undefined) continue;
    const redirecting = new Proxy(original, {
      get(target, name): unknown {
        if (name === 'dispatch') {
          return (options: unknown, handler: unknown) => target.dispatch(routed(options), handler);
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    Reflect.set(globalThis, key, redirecting);
  }
}

function routed(options: unknown): unknown {
  const { data } = dispatchSchema.safeParse(options);
  if (data === undefined || String(data.origin) !== clerkApi) return options;
  const headers = JSON.stringify(data.headers);
  for (const [secretKey, url] of instances) {
    if (headers.includes(`Bearer ${secretKey}"`)) return { ...data, origin: new URL(url).origin };
  }
  return options;
}
