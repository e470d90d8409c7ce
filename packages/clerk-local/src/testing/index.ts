export { connectClerkTesting, type ClerkTestingInstance } from './connect-clerk-testing.js';
export { clerkFixtures, type ClerkFixtures } from './fixtures.js';
export { signInAs, type PageLike, type SignInAsOptions } from './sign-in-as.js';
