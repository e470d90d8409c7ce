/** The bench's Clerk instance: only its key set is ever asked for, at a server of the bench. */
const frontendApi = 'bench.clerk.accounts.dev';

export const issuer = `https://${frontendApi}`;
export const webOrigin = 'http://localhost:3000';
export const signingSecret = `whsec_${Buffer.from('the-signing-secret-of-the-bench').toString('base64')}`;

/** The variables that an API of this instance needs, beside PORT. */
export function apiEnvironment(clerkUrl: string, databaseUrl: string): Record<string, string> {
  return {
    CLERK_SECRET_KEY: 'sk_test_bench0bench0bench0bench',
    CLERK_PUBLISHABLE_KEY: `pk_test_${Buffer.from(`${frontendApi}$`).toString('base64')}`,
    CLERK_WEBHOOK_SIGNING_SECRET: signingSecret,
    CLERK_API_URL: clerkUrl,
    DATABASE_URL: databaseUrl,
    WEB_URL: webOrigin,
  };
}
