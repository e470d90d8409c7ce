export { fakeCurrentUser } from './fake-current-user.js';
export { startTestClerk, type SignedWebhook, type TestClerk, type TestUser } from './test-clerk.js';
