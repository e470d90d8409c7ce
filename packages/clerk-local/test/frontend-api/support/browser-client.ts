import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';

export const ada = {
  email_address: ['ada@example.com'],
  password: 'correct-horse-battery',
  first_name: 'Ada',
  last_name: 'Lovelace',
};
export const ORIGIN = 'http://localhost:3000';
export const CODE = '424242';

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

type Form = Readonly<Record<string, string>>;

const idSchema = z.object({ response: z.object({ id: z.string() }) });
const sessionSchema = z.object({ response: z.object({ created_session_id: z.string() }) });

/** Calls the Frontend API as clerk-js does: forms, other methods as POST, the development browser. */
export class BrowserClient {
  constructor(
    private readonly clerk: ClerkLocal,
    readonly devBrowser: string | undefined,
    private readonly origin = ORIGIN,
  ) {}

  /** A browser that introduces itself. */
  static async arrive(clerk: ClerkLocal, origin = ORIGIN): Promise<BrowserClient> {
    const { body } = await new BrowserClient(clerk, undefined, origin).call('POST /v1/dev_browser');
    return new BrowserClient(clerk, z.object({ id: z.string() }).parse(body).id, origin);
  }

  /** @param route method and path, such as `PATCH /v1/me` */
  async call(route: string, form?: Form): Promise<BrowserAnswer> {
    const [method = '', path = ''] = route.split(' ');
    const url = new URL(path, this.clerk.url);
    if (this.devBrowser !== undefined) url.searchParams.set('__clerk_db_jwt', this.devBrowser);
    if (method !== 'GET' && method !== 'POST') url.searchParams.set('_method', method);
    const response = await fetch(url, {
      method: method === 'GET' ? 'GET' : 'POST',
      headers: { origin: this.origin },
      redirect: 'manual',
      ...(form && { body: new URLSearchParams(form) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  }

  /** The id of what a call made. */
  async make(route: string, form?: Form): Promise<string> {
    return idSchema.parse((await this.call(route, form)).body).response.id;
  }

  /** @returns the path of a sign-up that waits for its code to be sent */
  async startSignUp(fields: Form = {}): Promise<string> {
    const id = await this.make('POST /v1/client/sign_ups', {
      email_address: 'ada@example.com',
      password: ada.password,
      first_name: 'Ada',
      last_name: 'Lovelace',
      ...fields,
    });
    return `/v1/client/sign_ups/${id}`;
  }

  /** @returns the path of a sign-in that waits for a first factor; the user must exist */
  async startSignIn(): Promise<string> {
    const id = await this.make('POST /v1/client/sign_ins', { identifier: 'ada@example.com' });
    return `/v1/client/sign_ins/${id}`;
  }

  /** @returns the id of the session; the user must exist */
  async signIn(): Promise<string> {
    const { body } = await this.call('POST /v1/client/sign_ins', {
      identifier: 'ada@example.com',
      password: ada.password,
    });
    return sessionSchema.parse(body).response.created_session_id;
  }
}

/** A browser of an instance with one user, who is not signed in. */
export async function aSignedOutBrowser(clerk: ClerkLocal): Promise<BrowserClient> {
  await clerk.users.create(ada);
  return BrowserClient.arrive(clerk);
}

/** A browser of an instance with one user, who is signed in. */
export async function aSignedInBrowser(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; sessionId: string }> {
  const browser = await aSignedOutBrowser(clerk);
  return { browser, sessionId: await browser.signIn() };
}

/** What an answer with Clerk's error form holds. */
export function errorOf(code: string, paramName?: string): object {
  const meta = paramName === undefined ? {} : { param_name: paramName };
  return { errors: [{ code, meta }] };
}
