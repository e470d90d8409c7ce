/**
 * What keeps a browser from doing more with an answer than read it (OWASP REST Security Cheat
 * Sheet, “Security Headers”). Those that act on documents alone are not among them: nothing but
 * `/docs` is one, and every request pays for each.
 */
export const securityHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
