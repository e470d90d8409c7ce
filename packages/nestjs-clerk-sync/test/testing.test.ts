import { expect, test } from 'vitest';
import { SystemClock } from '../src/core/clock.js';
import { ClerkWebhookVerifier } from '../src/infrastructure/clerk/clerk-webhook-verifier.js';
import { ClerkProfileDirectory } from '../src/infrastructure/clerk/clerk-profile-directory.js';
import { ClerkService } from '../src/infrastructure/clerk/clerk.service.js';
import { JwksSource } from '../src/infrastructure/clerk/jwks-source.js';
import { RemoteSigningKeys } from '../src/infrastructure/clerk/signing-keys.js';
import { NestLog } from '../src/nest-log.js';
import { clerkSettings } from '../src/options.js';
import { startTestClerk, type TestClerk } from '../src/testing/index.js';

const ada = {
  clerkId: 'user_ada',
  email: 'ada@people.example',
  name: 'Ada Lovelace',
};

async function withTestClerk(run: (clerk: TestClerk) => Promise<void>): Promise<void> {
  const clerk = await startTestClerk();
  try {
    await run(clerk);
  } finally {
    await clerk.close();
  }
}

/** The module's settings for a test Clerk. */
function settingsOf(clerk: TestClerk): ReturnType<typeof clerkSettings> {
  return clerkSettings({ ...clerk.options, database: undefined as never });
}

test('the module verifies tokens that the test Clerk signs', async () => {
  await withTestClerk(async (clerk) => {
    const settings = settingsOf(clerk);
    const source = new JwksSource({ ...settings, timeoutMs: 5_000, fetch });
    const keys = new RemoteSigningKeys(source, new SystemClock(), new NestLog());
    const service = new ClerkService(keys, new SystemClock(), settings, new NestLog());
    const session = await service.verify(await clerk.signToken(ada));
    expect(session).toMatchObject({
      clerkId: 'user_ada',
      profile: { email: ada.email },
    });
    const bare = await service.verify(await clerk.signBareToken('user_ada'));
    expect(bare.profile).toBeNull();
    const foreign = await clerk.signToken(ada, {
      azp: 'https://foreign.example',
    });
    await expect(service.verify(foreign)).rejects.toMatchObject({
      code: 'token_invalid',
    });
  });
});

test('the Backend API of the test Clerk returns the users that were added', async () => {
  await withTestClerk(async (clerk) => {
    clerk.addUser(ada);
    const directory = new ClerkProfileDirectory(
      { ...settingsOf(clerk), fetch },
      new SystemClock(),
      new NestLog(),
    );
    expect(await directory.fetchProfile('user_ada')).toMatchObject({
      name: 'Ada Lovelace',
    });
    expect(await directory.fetchProfile('user_nobody')).toBeNull();
  });
});

test('the module accepts webhooks that the test Clerk signs', async () => {
  await withTestClerk(async (clerk) => {
    const verifier = new ClerkWebhookVerifier(
      settingsOf(clerk).webhookSigningSecrets,
      new SystemClock(),
    );
    const verify = (type: string, data: Parameters<TestClerk['signWebhook']>[1]): unknown => {
      const { body, headers } = clerk.signWebhook(type, data);
      return verifier.verify({ body: Buffer.from(body), headers });
    };
    expect(await verify('user.updated', ada)).toMatchObject({
      type: 'profile',
    });
    expect(await verify('user.deleted', { id: 'user_ada' })).toMatchObject({
      type: 'deletion',
    });
  });
});
