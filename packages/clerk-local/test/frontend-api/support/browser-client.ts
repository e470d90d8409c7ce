import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';

export const ada = {
  email_address: ['ada@example.com'],
  password: 'correct-horse-battery',
  first_name: 'Ada',
  last_name: 'Lovelace',
};
export const pageOrigin = 'http://localhost:3000';
export const testCode = '424242';

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export type Form = Readonly<Record<string, string>>;

const idSchema = z.object({ response: z.object({ id: z.string() }) });
const sessionSchema = z.object({ response: z.object({ created_session_id: z.string() }) });

/** Calls the Frontend API like clerk-js: with forms, `_method` and the development browser token. */
export class BrowserClient {
  constructor(
    private readonly clerk: ClerkLocal,
    readonly devBrowser: string | undefined,
    private readonly origin = pageOrigin,
  ) {}

  /** Registers a new browser. */
  static async register(clerk: ClerkLocal, origin = pageOrigin): Promise<BrowserClient> {
    const { body } = await new BrowserClient(clerk, undefined, origin).call('POST /v1/dev_browser');
    return new BrowserClient(clerk, z.object({ id: z.string() }).parse(body).id, origin);
  }

  /** @param route method and path, such as `PATCH /v1/me` */
  async call(route: string, form?: Form | FormData): Promise<BrowserAnswer> {
    const [method = '', path = ''] = route.split(' ');
    const url = new URL(path, this.clerk.url);
    if (this.devBrowser !== undefined) url.searchParams.set('__clerk_db_jwt', this.devBrowser);
    if (method !== 'GET' && method !== 'POST') url.searchParams.set('_method', method);
    const response = await fetch(url, {
      method: method === 'GET' ? 'GET' : 'POST',
      headers: { origin: this.origin },
      redirect: 'manual',
      ...(form && { body: form instanceof FormData ? form : new URLSearchParams(form) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  }

  /** Makes a call and returns the id in its response. */
  async create(route: string, form?: Form): Promise<string> {
    return idSchema.parse((await this.call(route, form)).body).response.id;
  }

  /** Starts a sign-up with every required field. Returns its path. */
  async startSignUp(fields: Form = {}): Promise<string> {
    const id = await this.create('POST /v1/client/sign_ups', {
      email_address: 'ada@example.com',
      password: ada.password,
      first_name: 'Ada',
      last_name: 'Lovelace',
      ...fields,
    });
    return `/v1/client/sign_ups/${id}`;
  }

  /** Starts a sign-in with an identifier. The user must exist. Returns its path. */
  async startSignIn(): Promise<string> {
    const id = await this.create('POST /v1/client/sign_ins', { identifier: 'ada@example.com' });
    return `/v1/client/sign_ins/${id}`;
  }

  /** Signs in. The user must exist. Returns the session id. */
  async signIn(): Promise<string> {
    const { body } = await this.call('POST /v1/client/sign_ins', {
      identifier: 'ada@example.com',
      password: ada.password,
    });
    return sessionSchema.parse(body).response.created_session_id;
  }
}

/** Creates a user and a browser that is signed out. */
export async function aSignedOutBrowser(clerk: ClerkLocal): Promise<BrowserClient> {
  await clerk.users.create(ada);
  return BrowserClient.register(clerk);
}

/** Creates a user and a browser that is signed in. */
export async function aSignedInBrowser(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; sessionId: string }> {
  const browser = await aSignedOutBrowser(clerk);
  return { browser, sessionId: await browser.signIn() };
}

/** Returns an error response in Clerk's format, to match a response body. */
export function errorOf(code: string, paramName?: string): object {
  const meta = paramName === undefined ? {} : { param_name: paramName };
  return { errors: [{ code, meta }] };
}
