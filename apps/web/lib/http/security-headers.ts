/** The headers of every response. Its Content-Security-Policy, which differs for each, is set in proxy.ts. */
export const securityHeaders: readonly { readonly key: string; readonly value: string }[] = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=()' },
];

/** One year, for this host only. Browsers ignore it over plain http (RFC 6797, section 8.1). */
export const httpsOnly = { key: 'Strict-Transport-Security', value: 'max-age=31536000' } as const;
