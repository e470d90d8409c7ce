import { join } from 'node:path';
import type { NextConfig } from 'next';
import { PHASE_PRODUCTION_BUILD } from 'next/constants';
import { readDistDir, readPublicEnv } from './env';
import { localInstanceUrl } from './lib/env/public-env';

/** The Content-Security-Policy, which differs from answer to answer, is set in proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=()' },
];

/** @throws EnvironmentError when the app would be built or started without what it needs */
export default function config(phase: string): NextConfig {
  const localClerk = localInstanceUrl(readPublicEnv());
  if (phase === PHASE_PRODUCTION_BUILD && localClerk !== undefined) {
    process.stdout.write(
      `This build is for the local Clerk at ${localClerk}: not for production.\n`,
    );
  }
  return {
    distDir: readDistDir(),
    poweredByHeader: false,
    // `npm run typecheck` does it, for the tests as well; a build is not to take twice as long.
    typescript: { ignoreBuildErrors: true },
    turbopack: { root: join(import.meta.dirname, '../..') },
    headers: () => Promise.resolve([{ source: '/:path*', headers: securityHeaders }]),
  };
}
