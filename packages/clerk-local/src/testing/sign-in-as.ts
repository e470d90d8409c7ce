import { z } from 'zod';
import { callBackend, type BackendAccess } from '../client/backend-client.js';
import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { findRunningInstance } from '../server/running-instances.js';
import { readEnvironment } from '../server/environment.js';

/** The part of Playwright's `Page` that `signInAs` uses. */
export interface PageLike {
  waitForFunction(expression: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/**
 * The instance to sign in to. Defaults to the page's instance if it runs in this process, like the
 * fixture's, and otherwise to `CLERK_API_URL` and `CLERK_SECRET_KEY`.
 */
export interface SignInAsOptions {
  /** A started instance, or anything else with its URL and secret key. */
  readonly clerk?: { readonly url: string; readonly secretKey: string } | undefined;
}

const withId = z.object({ id: z.string() });

/**
 * Signs a user in on a page that has loaded Clerk. Creates the user if there is none with this email
 * address, and signs out the user who is signed in.
 *
 * @param page Playwright's page, at a URL of the application
 * @returns the user's id
 * @throws {ClerkLocalError} `not_reachable`, `backend_api_error`, or `invalid_option` if neither the
 *   options nor the environment name an instance
 * @example
 * await page.goto('/');
 * await signInAs(page, 'ada@example.com', { clerk });
 */
export async function signInAs(
  page: PageLike,
  email: string,
  options: SignInAsOptions = {},
): Promise<string> {
  await page.waitForFunction('window.Clerk && window.Clerk.loaded');
  const access = await accessOf(page, options);
  const userId = await ensureUser(access, email);
  const { token } = await callBackend(access, {
    method: 'POST',
    path: '/sign_in_tokens',
    body: { user_id: userId },
    answer: z.object({ token: z.string() }),
  });
  await page.evaluate(`(async (ticket) => {
    if (window.Clerk.user) await window.Clerk.signOut(() => undefined);
    const attempt = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket });
    await window.Clerk.setActive({ session: attempt.createdSessionId });
  })(${JSON.stringify(token)})`);
  return userId;
}

async function ensureUser(access: BackendAccess, email: string): Promise<string> {
  const query = new URLSearchParams({ email_address: email }).toString();
  const [user] = await callBackend(access, {
    method: 'GET',
    path: `/users?${query}`,
    answer: z.array(withId),
  });
  if (user) return user.id;
  const created = await callBackend(access, {
    method: 'POST',
    path: '/users',
    body: { email_address: email },
    answer: withId,
  });
  return created.id;
}

async function accessOf(page: PageLike, options: SignInAsOptions): Promise<BackendAccess> {
  const proxyUrl = z.string().safeParse(await page.evaluate('window.Clerk.proxyUrl')).data;
  const clerk = options.clerk ?? findRunningInstance(proxyUrl ?? '');
  if (clerk) return { apiUrl: clerk.url, secretKey: clerk.secretKey };
  const { apiUrl, secretKey } = readEnvironment();
  if (apiUrl !== undefined && secretKey !== undefined) return { apiUrl, secretKey };
  throw new ClerkLocalError(
    'invalid_option',
    'signInAs does not know the instance.',
    'Pass { clerk }, or set CLERK_API_URL and CLERK_SECRET_KEY.',
  );
}
