/** Where the local Clerk is unless `CLERK_LOCAL_PORT` says otherwise. */
export const localClerkPort = 4010;

/**
 * The local instance's publishable key, which is no secret: Clerk puts it into every page. It is the
 * same everywhere, so that a web app that was built for the local Clerk fits any checkout's. Its
 * host must end like a development instance's for clerk-js; nothing is ever asked there.
 */
export const localPublishableKey = `pk_test_${Buffer.from('populatte-local.clerk.accounts.dev$').toString('base64')}`;
