import { read } from './repository.js';

/**
 * All variables that are read. Tests of the API and the web app compare this file with their code.
 */
export const listedVariables = new Set(
  [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name),
);

const requiredVariables = {
  api: [
    'CLERK_SECRET_KEY',
    'CLERK_PUBLISHABLE_KEY',
    'CLERK_WEBHOOK_SIGNING_SECRET',
    'DATABASE_URL',
    'WEB_URL',
  ],
  web: ['CLERK_SECRET_KEY', 'API_URL', 'WEB_URL'],
};

/** The variables that a build of the web app inlines. */
export const requiredWebBuildVariables = [
  'NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY',
  'NEXT_PUBLIC_API_URL',
];

/**
 * @param {'api' | 'web'} name
 * @returns {{ known: Set<string>, required: string[] }} the variables that a deployment may set, and those that it must
 */
export function deployVariables(name) {
  return { known: listedVariables, required: requiredVariables[name] };
}
