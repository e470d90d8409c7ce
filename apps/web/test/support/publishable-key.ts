/** Of an instance that does not exist. */
export const publishableKey = `pk_test_${btoa('example-1.clerk.accounts.dev$')}`;
