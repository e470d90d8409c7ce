import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClerkLocal } from '../../src/index.js';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { aSignedInBrowser, BrowserClient, errorOf } from './support/browser-client.js';
import { NativeDevice } from './support/devices.js';

const challengedSchema = z.object({
  response: z.object({
    id: z.string(),
    first_factor_verification: z.object({
      trusted_device_challenge: z.object({ client_data: z.string() }),
    }),
  }),
});
const listSchema = z.object({ response: z.array(z.object({ id: z.string() })) });

async function anInstance(): Promise<{ clerk: ClerkLocal; browser: BrowserClient }> {
  const clerk = await aClerkLocal({ enable: ['trusted_device'] });
  return { clerk, browser: (await aSignedInBrowser(clerk)).browser };
}

async function startSignIn(
  clerk: ClerkLocal,
  id: string,
): Promise<{ browser: BrowserClient; path: string; text: string }> {
  const browser = await BrowserClient.register(clerk);
  const fields = { strategy: 'trusted_device', trusted_device_id: id };
  const { body } = await browser.call('POST /v1/client/sign_ins', fields);
  const { response } = challengedSchema.parse(body);
  return {
    browser,
    path: `POST /v1/client/sign_ins/${response.id}/attempt_first_factor`,
    text: response.first_factor_verification.trusted_device_challenge.client_data,
  };
}

const answerOf = (id: string, text: string, signature: string): Record<string, string> => ({
  strategy: 'trusted_device',
  trusted_device_id: id,
  client_data: text,
  signature,
  algorithm: 'ES256',
});

describe('a trusted device', () => {
  test('is enrolled with a signature, and signs its user in once per challenge', async () => {
    const { clerk, browser } = await anInstance();
    const device = new NativeDevice();
    const id = await device.enrol(browser);
    const { body } = await browser.call('GET /v1/me/trusted_devices');
    expect(listSchema.parse(body).response).toEqual([expect.objectContaining({ id })]);

    const signIn = await startSignIn(clerk, id);
    const answer = answerOf(id, signIn.text, device.sign(signIn.text));
    const { body: signedIn } = await signIn.browser.call(signIn.path, answer);
    expect(signedIn).toMatchObject({ response: { status: 'complete' } });
    const other = await startSignIn(clerk, id);
    expect((await other.browser.call(other.path, answer)).status).toBe(422);
  });

  test('requires a signature of the challenge by its own key', async () => {
    const { clerk, browser } = await anInstance();
    const device = new NativeDevice();
    const answer = await device.answer(browser);
    const attempt = 'POST /v1/me/trusted_devices/attempt';
    for (const signature of [new NativeDevice().sign(answer['client_data'] ?? ''), 'AAAA', '']) {
      const { status, body } = await browser.call(attempt, { ...answer, signature });
      expect(status).toBe(422);
      expect(body).toMatchObject(errorOf('form_incorrect_signature', 'signature'));
    }
    const forged = { ...answer, client_data: '{}', signature: device.sign('{}') };
    expect((await browser.call(attempt, forged)).status).toBe(422);
    expect((await browser.call(attempt, answer)).status).toBe(200);
    // The challenge was used.
    expect((await browser.call(attempt, answer)).status).toBe(422);

    const { body } = await browser.call('GET /v1/me/trusted_devices');
    const [{ id } = { id: '' }] = listSchema.parse(body).response;
    const signIn = await startSignIn(clerk, id);
    const wrong = answerOf(id, signIn.text, new NativeDevice().sign(signIn.text));
    expect((await signIn.browser.call(signIn.path, wrong)).status).toBe(422);
  });

  test('is revoked by its user and by servers, and no longer signs them in', async () => {
    const { clerk, browser } = await anInstance();
    const [user] = await clerk.users.list();
    const list = `/v1/users/${user?.id}/trusted_devices`;
    const onServer = async (): Promise<unknown> =>
      (await callBackendApi(clerk, { method: 'GET', path: list })).json();
    const validate = async (id: string): Promise<unknown> =>
      (await browser.call('POST /v1/client/trusted_devices/validate', { trusted_device_id: id }))
        .body;
    const [first, second] = [
      await new NativeDevice().enrol(browser),
      await new NativeDevice().enrol(browser),
    ];
    expect(await onServer()).toMatchObject({ total_count: 2 });
    expect(await validate(first)).toMatchObject({ response: { valid: true } });

    await browser.call(`DELETE /v1/me/trusted_devices/${first}`);
    expect(await validate(first)).toMatchObject({ response: { valid: false } });
    const path = `${list}/${second}`;
    const revoked = await callBackendApi(clerk, { method: 'DELETE', path });
    expect(await revoked.json()).toMatchObject({ id: second, status: 'revoked' });
    expect((await callBackendApi(clerk, { method: 'DELETE', path })).status).toBe(404);
    expect(await onServer()).toEqual({ data: [], total_count: 0 });
    const signIn = { strategy: 'trusted_device', trusted_device_id: second };
    const visitor = await BrowserClient.register(clerk);
    expect((await visitor.call('POST /v1/client/sign_ins', signIn)).status).toBe(404);
  });

  test('is not emulated unless the instance enables it', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const { fields } = new NativeDevice();
    const { status } = await browser.call('POST /v1/me/trusted_devices/prepare', fields);
    expect(status).toBe(501);
  });
});
