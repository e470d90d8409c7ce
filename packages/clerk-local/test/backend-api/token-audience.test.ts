import { createClerkClient, verifyToken } from '@clerk/backend';
import { expect, test } from 'vitest';
import { aClerkLocal } from '../support/clerk-local.js';

test('a JWT template sets the audience, as templates for Convex and other services do', async () => {
  const clerk = await aClerkLocal();
  const { jwtTemplates, sessions } = createClerkClient({
    apiUrl: clerk.url,
    secretKey: clerk.secretKey,
  });
  await jwtTemplates.create({ name: 'convex', claims: { aud: 'convex' } });
  const { id: userId } = await clerk.users.create({ email_address: ['ada@example.com'] });
  const session = await clerk.createSession(userId);
  const { jwt } = await sessions.getToken(session.id, 'convex');
  const verified = verifyToken(jwt, { jwtKey: clerk.publicKeyPem, audience: 'convex' });
  expect(await verified).toMatchObject({ sub: userId, aud: 'convex' });
});
