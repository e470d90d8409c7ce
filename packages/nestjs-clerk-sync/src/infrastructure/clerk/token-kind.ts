import type { JsonObject } from './strict-json.js';

/** Clerk's tokens and keys that are not session tokens. */
type OtherKind = 'template' | 'oauth' | 'machine' | 'apiKey' | 'secretKey' | 'other';

/** Categories of session tokens: Clerk's own, and that of instances without distinct categories. */
const sessionCategories: readonly unknown[] = ['cl_B7d4PD111AAA', 'cl_I7d4PD111III'];

/** Category of the JWTs of machines (`JWT_CATEGORY_M2M_TOKEN` of `@clerk/backend`), and of templates. */
const categories: Readonly<Record<string, OtherKind>> = {
  cl_B7d4PD222AAA: 'template',
  cl_B7d4PD333AAA: 'machine',
};

/** Prefixes of opaque tokens (`MACHINE_TOKEN_PREFIXES` of `@clerk/backend`) and of keys. */
const prefixes: readonly (readonly [prefix: string, kind: OtherKind])[] = [
  ['oat_', 'oauth'],
  ['mt_', 'machine'],
  ['ak_', 'apiKey'],
  ['sk_', 'secretKey'],
];

const instead = 'Send a session token, from getToken() without a template';

const advice = {
  template: `This token was made with a JWT template. ${instead}.`,
  oauth: `This is an OAuth access token. ${instead}; this API does not accept OAuth tokens.`,
  machine: `This is a machine (M2M) token. ${instead}; this API serves signed-in users only.`,
  apiKey: `This is an API key. ${instead}; this API does not accept API keys.`,
  secretKey: `This is a secret key, which must not leave your servers. ${instead}.`,
  other: `This is not a session token. ${instead}.`,
} as const satisfies Record<OtherKind, string>;

/**
 * @param token as it arrived
 * @returns advice if the text is one of Clerk's opaque tokens or keys, else null
 */
export function adviceForOpaque(token: string): string | null {
  const kind = prefixes.find(([prefix]) => token.startsWith(prefix))?.[1];
  return kind === undefined ? null : advice[kind];
}

/**
 * Distinguishes session tokens from other JWTs that Clerk signs with the same key (RFC 8725, 3.11
 * and 3.12).
 *
 * @returns advice for a JWT that is not a session token, else null
 */
export function adviceForJwt(header: JsonObject, payload: JsonObject): string | null {
  const { typ, cat } = header;
  // `OAUTH_ACCESS_TOKEN_TYPES` of `@clerk/backend` (RFC 9068, 2.1).
  if (typ === 'at+jwt' || typ === 'application/at+jwt') return advice.oauth;
  const { sub } = payload;
  if (typeof sub === 'string' && sub.startsWith('mch_')) return advice.machine;
  if (cat !== undefined && !sessionCategories.includes(cat)) {
    const kind = typeof cat === 'string' && Object.hasOwn(categories, cat) ? categories[cat] : null;
    return advice[kind ?? 'other'];
  }
  if (typ !== undefined && !(typeof typ === 'string' && /^jwt$/i.test(typ))) return advice.other;
  return null;
}
