import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';
import { launchChromium } from './support/chromium.js';
import { Visitor } from './support/visitor.js';
import { aWebPage } from './support/web-page.js';

const ada = {
  email_address: ['ada@example.com'],
  password: 'correct-horse-battery',
  first_name: 'Ada',
  last_name: 'Lovelace',
};
const testCode = '424242';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});

/** Opens a browser at a page that uses the instance. */
async function aVisitor(clerk: ClerkLocal): Promise<{ visitor: Visitor; origin: string }> {
  const origin = await aWebPage(clerk);
  return { visitor: await Visitor.arrive(browser, origin), origin };
}

async function signIn(visitor: Visitor): Promise<void> {
  await visitor.open('/sign-in');
  await visitor.fill({ identifier: 'ada@example.com' });
  await visitor.submit();
  await visitor.fill({ password: ada.password });
  await visitor.submit();
  await visitor.isAt('/dashboard');
}

describe('clerk-js and Clerk’s components in Chromium', { timeout: 180_000 }, () => {
  test('sign up with the code that the instance logs', async () => {
    const lines: string[] = [];
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({
      log: (line) => lines.push(line),
      webhookUrl: receiver.url,
    });
    const { visitor, origin } = await aVisitor(clerk);

    await visitor.open('/sign-up');
    await visitor.fill({
      firstName: 'Ada',
      lastName: 'Lovelace',
      emailAddress: 'ada@example.com',
      password: ada.password,
    });
    await visitor.submit();
    await visitor.typeCode(testCode);
    await visitor.isAt('/dashboard');

    const [user] = await clerk.users.list();
    expect(user).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' });
    expect(await visitor.userId()).toBe(user?.id);
    const { payload, protectedHeader } = await verify(clerk, await visitor.token());
    expect(payload).toMatchObject({ sub: user?.id, azp: origin, sts: 'active', v: 2 });
    expect(protectedHeader).toMatchObject({ cat: 'cl_B7d4PD111AAA' });
    expect(lines).toContain(`code for the sign-up: ${testCode}`);
    expect(lines.join('\n')).not.toMatch(/ada@example|correct-horse|__clerk_db_jwt/);
    await clerk.webhooks.drain();
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'email.created',
      'user.created',
      'session.created',
    ]);
  });

  test('show which field of a sign-up is wrong', async () => {
    const clerk = await aClerkLocal();
    await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);

    await visitor.open('/sign-up');
    await visitor.fill({
      firstName: 'Ada',
      lastName: 'Byron',
      emailAddress: 'ada@example.com',
      password: ada.password,
    });
    await visitor.submit();

    expect(await visitor.error()).toMatch(/taken/);
  });

  test('sign up with signUp.password() of the future API', async () => {
    const clerk = await aClerkLocal();
    const { visitor } = await aVisitor(clerk);
    await visitor.open('/');

    const outcome: unknown = await visitor.page.evaluate(`(async () => {
      const signUp = window.Clerk.client.signUp.__internal_future;
      const results = [
        await signUp.password({
          emailAddress: 'ada@example.com',
          password: ${JSON.stringify(ada.password)},
          firstName: 'Ada',
          lastName: 'Lovelace',
          unsafeMetadata: { theme: 'dark' },
        }),
        await signUp.verifications.sendEmailCode(),
        await signUp.verifications.verifyEmailCode({ code: '${testCode}' }),
        await signUp.finalize(),
      ];
      return results.map(({ error }) => error && (error.longMessage ?? error.message));
    })()`);

    expect(outcome).toEqual([null, null, null, null]);
    const [user] = await clerk.users.list();
    expect(user).toMatchObject({ first_name: 'Ada', unsafe_metadata: { theme: 'dark' } });
    await expect.poll(() => visitor.userId()).toBe(user?.id);
  });

  test('stay on the page with an error for a sign-in with a provider', async () => {
    const clerk = await aClerkLocal();
    const { visitor, origin } = await aVisitor(clerk);
    await visitor.open('/sign-in');

    const messages: unknown = await visitor.page.evaluate(`(async () => {
      const { signIn, signUp } = window.Clerk.client;
      const urls = { redirectUrl: '/sso', redirectUrlComplete: '/dashboard' };
      const strategy = 'oauth_google';
      return Promise.all([
        signIn.authenticateWithRedirect({ strategy, ...urls }).catch((error) => error.errors[0]),
        signIn.__internal_future
          .sso({ strategy, redirectUrl: '/dashboard', redirectCallbackUrl: '/sso' })
          .then(({ error }) => error.errors[0]),
        signUp.authenticateWithRedirect({ strategy, ...urls }).catch((error) => error.errors[0]),
      ]).then((errors) => errors.map(({ code, longMessage }) => code + ': ' + longMessage));
    })()`);

    const expected: unknown = expect.stringMatching(
      /^form_param_value_invalid: oauth_google .*no OAuth/,
    );
    expect(messages).toEqual([expected, expected, expected]);
    expect(visitor.page.url().startsWith(`${origin}/sign-in`)).toBe(true);
  });

  test('sign out, reject a wrong password, and sign in with the correct password', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);

    await signIn(visitor);
    expect(await visitor.userId()).toBe(id);
    await visitor.signOut();
    expect(await visitor.userId()).toBeNull();

    await visitor.open('/sign-in');
    await visitor.fill({ identifier: 'ada@example.com' });
    await visitor.submit();
    await visitor.fill({ password: 'wrong-password' });
    await visitor.submit();
    expect(await visitor.error()).toMatch(/Password is incorrect/);
    await visitor.fill({ password: ada.password });
    await visitor.submit();
    await visitor.isAt('/dashboard');
    expect(await visitor.userId()).toBe(id);
  });

  test('show that an account does not exist', async () => {
    const clerk = await aClerkLocal();
    const { visitor } = await aVisitor(clerk);

    await visitor.open('/sign-in');
    await visitor.fill({ identifier: 'nobody@example.com' });
    await visitor.submit();

    expect(await visitor.error()).toMatch(/Couldn't find your account/);
  });

  test('sign in with a code if the user has no password', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create({ ...ada, password: null });
    const { visitor } = await aVisitor(clerk);

    await visitor.open('/sign-in');
    await visitor.fill({ identifier: 'ada@example.com' });
    await visitor.submit();
    await visitor.typeCode(testCode);
    await visitor.isAt('/dashboard');

    expect(await visitor.userId()).toBe(id);
  });

  test('stay signed in after a reload', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);

    await signIn(visitor);
    await visitor.open('/dashboard');

    expect(await visitor.userId()).toBe(id);
  });

  test('change a name in the profile', async () => {
    const receiver = await aWebhookReceiver();
    const clerk = await aClerkLocal({ webhookUrl: receiver.url });
    const { id } = await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);
    const { page } = visitor;

    await signIn(visitor);
    await visitor.open('/account');
    await page.getByText('Update profile').click();
    await visitor.fill({ firstName: 'Augusta' });
    await visitor.submit();
    await page.getByText('Augusta Lovelace').waitFor();

    expect(await clerk.users.get(id)).toMatchObject({ first_name: 'Augusta' });
    await clerk.webhooks.drain();
    expect(receiver.received.map(({ event }) => event.type)).toEqual([
      'user.created',
      'session.created',
      'user.updated',
    ]);
  });

  test('add and verify an email address in the profile', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);
    const { page } = visitor;

    await signIn(visitor);
    await visitor.open('/account');
    await page.getByText('Add email address').click();
    await visitor.fill({ emailAddress: 'countess@example.com' });
    await visitor.submit();
    await visitor.typeCode(testCode);
    await expect
      .poll(async () => (await clerk.users.get(id)).email_addresses.at(1)?.verification?.status)
      .toBe('verified');
  });

  test('sign out when the user is deleted through the Backend API', async () => {
    const clerk = await aClerkLocal();
    const { id } = await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);

    await signIn(visitor);
    await clerk.users.delete(id);
    await visitor.page.evaluate(
      'window.Clerk.session.getToken({ skipCache: true }).catch(() => {})',
    );

    await expect.poll(() => visitor.userId()).toBeNull();
  });

  test('refresh an expired token', async () => {
    const clerk = await aClerkLocal({ tokenLifetimeSeconds: 2 });
    await clerk.users.create(ada);
    const { visitor } = await aVisitor(clerk);

    await signIn(visitor);
    // Decoded, not verified: on a busy machine the token may have expired already.
    const before = decodeJwt(await visitor.token());
    await visitor.page.waitForTimeout(2_100);
    const after = decodeJwt(await visitor.token());

    expect(after.iat).toBeGreaterThan(before.iat ?? Infinity);
  });
});

async function verify(clerk: ClerkLocal, token: string): ReturnType<typeof jwtVerify> {
  const keys = createRemoteJWKSet(new URL('/v1/jwks', clerk.url), {
    headers: { authorization: `Bearer ${clerk.secretKey}` },
  });
  return jwtVerify(token, keys, { issuer: clerk.issuer });
}
