export { fakeCurrentUser } from './fake-current-user.js';
export {
  startTestClerk,
  type SignedWebhook,
  type TestClerk,
  type TestPerson,
} from './test-clerk.js';
