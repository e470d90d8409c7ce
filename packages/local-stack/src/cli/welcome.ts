import { styleText } from 'node:util';
import type { StackPlan } from '../environment/plan.js';
import { seedUser } from '../services/seed-user.js';

/** What is shown once everything is ready: where it is, and what to try. */
export function welcome({ clerkLocalPort, webOrigin }: StackPlan, apiUrl: string): string {
  const lines = [
    '',
    styleText('bold', `Open       ${webOrigin}`),
    `API        ${apiUrl}`,
    `API docs   ${apiUrl}/docs`,
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
