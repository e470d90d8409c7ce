import { styleText } from 'node:util';
import type { Environment } from '../environment/environment.js';
import type { StackPlan } from '../environment/plan.js';
import { seedUser } from '../services/seed-user.js';

/**
 * Shown once everything is ready: the addresses, and what to try.
 *
 * @param environment as the services left it
 */
export function welcome(plan: StackPlan, environment: Environment): string {
  const { clerkLocalPort, postgresPort, webOrigin } = plan;
  const { API_URL: apiUrl = '', DATABASE_URL: databaseUrl = '' } = environment;
  const lines = [
    '',
    styleText('bold', `Open       ${webOrigin}`),
    `API        ${apiUrl}`,
    `API docs   ${apiUrl}/docs`,
    // A database of the user's own is not printed: its password is theirs.
    ...(postgresPort === undefined ? [] : [`Database   ${databaseUrl}`]),
    ...(clerkLocalPort === undefined ? realClerk(apiUrl) : localClerk(apiUrl)),
    '',
    'Ctrl-C ends everything.',
    '',
  ];
  return lines.join('\n');
}

function localClerk(apiUrl: string): string[] {
  const { firstName, lastName, email, password } = seedUser;
  return [
    `User       ${firstName} ${lastName}, ${email}, password ${password}`,
    '',
    'Sign her in and ask the API who she is:',
    '',
    `  ${styleText('bold', withToken(apiUrl, '$(npm run -s token)'))}`,
  ];
}

function realClerk(apiUrl: string): string[] {
  return [
    '',
    'With a session token of your Clerk application, ask the API who its user is:',
    '',
    `  ${styleText('bold', withToken(apiUrl, '$TOKEN'))}`,
  ];
}

function withToken(apiUrl: string, token: string): string {
  return `curl -s ${apiUrl}/users/me -H "Authorization: Bearer ${token}"`;
}
