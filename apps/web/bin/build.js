#!/usr/bin/env node
/**
 * Runs `next build`. Without a publishable key it builds for the local Clerk that `npm start`
 * starts, unless NODE_ENV is production: then the build fails and names the missing variable.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { localWebBuildEnvironment } from '@populatte/local-stack';

const given = process.env;
const key = given.NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY?.trim() ?? '';
const isLocal = key === '' && given.NODE_ENV !== 'production';
if (isLocal) {
  process.stdout.write(
    'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY is unset: building for the local Clerk.\n',
  );
}

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
const { status } = spawnSync(process.execPath, [next, 'build'], {
  stdio: 'inherit',
  env: { ...given, NODE_ENV: 'production', ...(isLocal ? localWebBuildEnvironment() : {}) },
});
process.exit(status ?? 1);
