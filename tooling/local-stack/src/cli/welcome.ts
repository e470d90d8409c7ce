import { styleText } from 'node:util';
import type { Environment } from '../environment/environment.js';
import type { StackPlan } from '../environment/plan.js';
import { seedUser } from '../services/seed-user.js';

/**
 * The text shown once everything is ready: the addresses, and commands to try.
 *
 * @param environment with the variables of all services
 */
export function welcome(plan: StackPlan, environment: Environment): string {
  const { clerkLocalPort, postgresPort, webOrigin } = plan;
  const {
    API_URL: apiUrl = '',
    CLERK_API_URL: clerkUrl = '',
    DATABASE_URL: databaseUrl = '',
  } = environment;
  const lines = [
    '',
    styleText('bold', `Open       ${webOrigin}`),
    `API        ${apiUrl}`,
    `API docs   ${apiUrl}/docs`,
    ...(clerkLocalPort === undefined ? [] : [`Clerk      ${clerkUrl}, with a console`]),
    // The user's own database is not printed, because the URL contains their password.
    ...(postgresPort === undefined ? [] : [`Database   ${databaseUrl}`]),
    ...(clerkLocalPort === undefined ? realClerk(apiUrl) : localClerk(apiUrl)),
    '',
    'Ctrl-C stops everything.',
    '',
  ];
  return lines.join('\n');
}

function localClerk(apiUrl: string): string[] {
  const { firstName, lastName, email, password } = seedUser;
  return [
    `User       ${firstName} ${lastName}, ${email}, password ${password}`,
    'Sign-up    with any email address; the verification code is 424242',
    '',
    'Sign in as this user and call the API:',
    '',
    `  ${styleText('bold', withToken(apiUrl, '$(npm run -s token)'))}`,
  ];
}

function realClerk(apiUrl: string): string[] {
  return [
    '',
    'Call the API with a session token of your Clerk application:',
    '',
    `  ${styleText('bold', withToken(apiUrl, '$TOKEN'))}`,
  ];
}

function withToken(apiUrl: string, token: string): string {
  return `curl -s ${apiUrl}/users/me -H "Authorization: Bearer ${token}"`;
}
