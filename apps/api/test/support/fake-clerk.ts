export {
  answers,
  ClerkStub as FakeClerk,
  down,
  inTurn,
  silent,
  type Behavior as Behaviour,
} from '@populatte/clerk-stub';
