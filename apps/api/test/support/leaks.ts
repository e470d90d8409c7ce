import { emailDomain, familyName } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';

/** Patterns of secrets, tokens and personal data in any text. */
const shapes: Readonly<Record<string, RegExp>> = {
  'a token': /\beyJ[\w-]{8,}\.[\w-]+/,
  'a secret key': /\bsk_(?:test|live)_\w+/,
  'a signing secret': /\bwhsec_\w+/,
  'a webhook signature': /\bv1,[A-Za-z0-9+/]{20,}/,
  'an email address': /[\w.+-]+@[\w-]+\.\w+/,
  'personal data': new RegExp(`${familyName}|${emailDomain.replaceAll('.', '\\.')}`),
  'an authorization header': /\bBearer \w/i,
};

const secretVariables = ['CLERK_SECRET_KEY', 'CLERK_WEBHOOK_SIGNING_SECRET'];

/** Further words that must not occur. */
export interface Sensitive {
  readonly env: Readonly<Record<string, string>>;
  readonly texts: ReadonlySet<string>;
}

/**
 * @param text a log or a response
 * @throws Error naming the kind of leaked value and the line
 */
export function assertNothingLeaked(text: string, { env, texts }: Sensitive = nothing): void {
  for (const line of text.split('\n')) {
    for (const [kind, shape] of Object.entries(shapes)) {
      if (shape.test(line)) throw new Error(`There is ${kind} in: ${line}`);
    }
    const secrets = [...secretVariables.map((name) => env[name] ?? ''), password(env), ...texts];
    // Short ones, such as a forged token of three letters, occur in any text.
    const leaked = secrets.find((secret) => secret.length > 11 && line.includes(secret));
    if (leaked !== undefined) throw new Error(`There is ${leaked} in: ${line}`);
  }
}

const nothing: Sensitive = { env: {}, texts: new Set() };

function password({ DATABASE_URL: url = '' }: Readonly<Record<string, string>>): string {
  return URL.canParse(url) ? new URL(url).password : '';
}
