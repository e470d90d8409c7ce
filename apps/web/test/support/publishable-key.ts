import { buildPublishableKey } from '@clerk/shared/keys';

/** The key of an instance that does not exist. */
export const publishableKey = buildPublishableKey('populatte-example-1.clerk.accounts.dev');
