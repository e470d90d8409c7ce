import { join } from 'node:path';
import type { NextConfig } from 'next';
import { PHASE_DEVELOPMENT_SERVER, PHASE_PRODUCTION_BUILD } from 'next/constants';
import { readDistDir, readPublicEnv, readSourceMaps, readStandalone } from './env';
import { localInstanceUrl } from './lib/env/public-env';
import { httpsOnly, securityHeaders } from './lib/http/security-headers';

/** Replaces a module of Zod, in browsers only. */
const withoutJsonSchema = (file: string): { browser: string; default: string } => ({
  browser: './lib/zod-without-json-schema.ts',
  default: `../../node_modules/zod/v4/core/${file}`,
});

/** @throws EnvironmentError if a required variable is missing */
export default function config(phase: string): NextConfig {
  const localClerk = localInstanceUrl(readPublicEnv());
  if (phase === PHASE_PRODUCTION_BUILD && localClerk !== undefined) {
    process.stdout.write(`This build uses the local Clerk at ${localClerk}. Do not deploy it.\n`);
  }
  const headers =
    phase === PHASE_DEVELOPMENT_SERVER ? [...securityHeaders] : [...securityHeaders, httpsOnly];
  return {
    distDir: readDistDir(),
    ...(readStandalone() ? { output: 'standalone' as const } : {}),
    poweredByHeader: false,
    // proxy.ts redirects them, with a Content-Security-Policy.
    skipTrailingSlashRedirect: true,
    // Otherwise Next replaces a loopback address that it listens on (HOSTNAME=127.0.0.1) by `localhost`
    // in the URLs that proxy.ts gets, but not in its own: it would treat each rewrite as one to another
    // server, and proxy the request to itself.
    skipProxyUrlNormalize: true,
    productionBrowserSourceMaps: readSourceMaps(),
    // `npm run typecheck` checks types, tests included; checking again here would double the build time.
    typescript: { ignoreBuildErrors: true },
    turbopack: {
      root: join(import.meta.dirname, '../..'),
      resolveAlias: {
        '../core/json-schema-processors.js': withoutJsonSchema('json-schema-processors.js'),
        '../core/to-json-schema.js': withoutJsonSchema('to-json-schema.js'),
      },
    },
    headers: () => Promise.resolve([{ source: '/:path*', headers }]),
  };
}
