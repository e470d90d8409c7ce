#!/usr/bin/env node
/**
 * `next build`. Without a publishable key the build is for the local Clerk that `npm start` brings,
 * unless NODE_ENV says that it is for production: then it stops, and says what is missing.
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
