import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { ada, BrowserClient } from '../frontend-api/support/browser-client.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aWebhookReceiver } from '../support/webhook-receiver.js';

const code = '/v1/templates/email/verification_code';

async function call(
  clerk: ClerkLocal,
  method: string,
  path: string,
  json?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await callBackendApi(clerk, {
    method,
    path,
    ...(json === undefined ? {} : { json }),
  });
  return { status: response.status, body: await response.json() };
}

/** Requests a sign-in code. */
async function sendCode(clerk: ClerkLocal): Promise<void> {
  const browser = await BrowserClient.register(clerk);
  const path = await browser.startSignIn();
  await browser.call(`POST ${path}/prepare_first_factor`, { strategy: 'email_code' });
  await clerk.webhooks.drain();
}

const eventSchema = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

async function aMailbox(): Promise<{ clerk: ClerkLocal; lastEmail: () => unknown }> {
  const receiver = await aWebhookReceiver();
  const clerk = await aClerkLocal({ webhookUrl: receiver.url });
  await clerk.users.create(ada);
  const lastEmail = (): unknown =>
    receiver.received
      .map(({ event }) => eventSchema.parse(event))
      .filter(({ type }) => type === 'email.created')
      .at(-1)?.data;
  return { clerk, lastEmail };
}

test('a changed template changes the next email, until it is reverted', async () => {
  const { clerk, lastEmail } = await aMailbox();
  const json = {
    subject: 'Code for {{app.name}}',
    body: '<b>{{otp_code}}</b> & welcome to {{app.name}}',
    from_email_name: 'hello',
  };
  expect((await call(clerk, 'PUT', code, json)).body).toMatchObject({
    resource_type: 'user',
    can_revert: true,
  });

  await sendCode(clerk);

  expect(lastEmail()).toMatchObject({
    slug: 'verification_code',
    subject: 'Code for Local application',
    body: '<b>424242</b> & welcome to Local application',
    body_plain: '424242 & welcome to Local application',
    from_email_name: 'hello',
  });
  expect((await call(clerk, 'POST', `${code}/revert`)).body).toMatchObject({
    resource_type: 'system',
    can_revert: false,
  });
  await sendCode(clerk);
  expect(lastEmail()).toMatchObject({ subject: '424242 is your verification code' });
});

test('when Clerk’s delivery is off, the webhook asks its receiver to send the email', async () => {
  const { clerk, lastEmail } = await aMailbox();
  await call(clerk, 'POST', `${code}/toggle_delivery`, { delivered_by_clerk: false });

  await sendCode(clerk);

  expect(lastEmail()).toMatchObject({ delivered_by_clerk: false });
  expect((await call(clerk, 'GET', code)).body).toMatchObject({ delivered_by_clerk: false });
});

test('refuses a body without the code, and a template that no instance sends', async () => {
  const clerk = await aClerkLocal();
  const { status, body } = await call(clerk, 'PUT', code, { body: 'Hello' });
  expect(status).toBe(422);
  expect(body).toMatchObject({
    errors: [
      {
        long_message: 'The body must contain the variable {{otp_code}}.',
        meta: { param_name: 'body' },
      },
    ],
  });
  expect((await call(clerk, 'GET', '/v1/templates/email/none')).status).toBe(404);
  expect((await call(clerk, 'GET', '/v1/templates/fax')).status).toBe(422);
});

test('a preview replaces the variables, and changes nothing', async () => {
  const clerk = await aClerkLocal();
  const json = { subject: '{{organization.name}}', body: '{{otp_code}}{{unknown}}' };

  const { body } = await call(clerk, 'POST', `${code}/preview`, json);

  expect(body).toMatchObject({ subject: 'Acme', body: '424242' });
  expect((await call(clerk, 'GET', code)).body).toMatchObject({ resource_type: 'system' });
});

test('values are escaped in the HTML of an email', async () => {
  const clerk = await aClerkLocal({ applicationName: '<i>Acme</i>' });

  const { body } = await call(clerk, 'POST', `${code}/preview`, {});

  expect(body).toMatchObject({
    body: '<p>424242 is your verification code for &#60;i&#62;Acme&#60;/i&#62;.</p>',
  });
});
