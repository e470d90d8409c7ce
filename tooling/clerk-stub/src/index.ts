export {
  answers,
  ClerkStub,
  down,
  instanceHost,
  inTurn,
  issuer,
  publishableKey,
  silent,
  webhookSecret,
  webOrigin,
  type Behaviour,
} from './clerk-stub.js';
export { clerkUserJson, type ClerkUserJson, type ClerkUser } from './clerk-user.js';
export { createSigningKey, type SigningKey } from './signing-key.js';
export { sessionClaims, signToken, type Claims } from './session-token.js';
export { signWebhook, webhookEvent, webhookHeaders, type WebhookSignature } from './webhook.js';
