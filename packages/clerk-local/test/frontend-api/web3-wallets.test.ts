import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callBackendApi } from '../support/backend-call.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { EthereumWallet, SolanaWallet } from '../support/wallets.js';
import { ada, aSignedInBrowser, BrowserClient, errorOf } from './support/browser-client.js';
import { addedWallet, aWalletOwner, metamask } from './support/wallets.js';

const askedSchema = z.object({
  response: z.object({
    id: z.string(),
    first_factor_verification: z.object({ message: z.string() }),
  }),
});
const signUpSchema = z.object({
  response: z.object({
    verifications: z.object({ web3_wallet: z.object({ message: z.string() }) }),
  }),
});

describe('a web3 wallet', () => {
  test('is added to a profile with a signature, becomes primary, and is removed', async () => {
    const clerk = await aClerkLocal({ enable: ['web3_metamask'] });
    const { browser, wallet, id } = await aWalletOwner(clerk);
    const user = async (): Promise<unknown> => (await clerk.users.list())[0];
    expect(await user()).toMatchObject({
      primary_web3_wallet_id: id,
      web3_wallets: [{ web3_wallet: wallet.address, verification: { status: 'verified' } }],
    });
    expect(await clerk.users.list({ query: wallet.address })).toHaveLength(1);
    const upperCase = wallet.address.toUpperCase();
    expect(await clerk.users.list({ web3_wallet: [upperCase] })).toHaveLength(1);

    await browser.call(`DELETE /v1/me/web3_wallets/${id}`);
    expect(await user()).toMatchObject({ primary_web3_wallet_id: null, web3_wallets: [] });
    expect((await browser.call(`GET /v1/me/web3_wallets/${id}`)).status).toBe(404);
  });

  test('becomes primary at the wish of its user', async () => {
    const clerk = await aClerkLocal({ enable: ['web3_metamask'] });
    const { browser } = await aWalletOwner(clerk);
    const second = new EthereumWallet();
    const { id: primary_web3_wallet_id, message } = await addedWallet(browser, second);
    const choose = (): ReturnType<typeof browser.call> =>
      browser.call('PATCH /v1/me', { primary_web3_wallet_id });
    expect((await choose()).status).toBe(404);
    const path = `/v1/me/web3_wallets/${primary_web3_wallet_id}/attempt_verification`;
    await browser.call(`POST ${path}`, { signature: second.sign(message) });
    expect((await choose()).status).toBe(200);
    expect((await clerk.users.list())[0]).toMatchObject({ primary_web3_wallet_id });
  });

  test('stays unverified until it signs the requested text', async () => {
    const clerk = await aClerkLocal({ enable: ['web3_metamask'] });
    const { browser } = await aSignedInBrowser(clerk);
    const wallet = new EthereumWallet();
    const { id, message } = await addedWallet(browser, wallet);
    const attempt = `POST /v1/me/web3_wallets/${id}/attempt_verification`;
    for (const signature of [new EthereumWallet().sign(message), wallet.sign('other'), '0x']) {
      const { status, body } = await browser.call(attempt, { signature });
      expect(status).toBe(422);
      expect(body).toMatchObject(errorOf('form_incorrect_signature', 'signature'));
    }
    const signIn = { identifier: wallet.address };
    const visitor = await BrowserClient.register(clerk);
    const { body } = await visitor.call('POST /v1/client/sign_ins', signIn);
    expect(body).toMatchObject(errorOf('form_identifier_not_found', 'identifier'));
    const signature = wallet.sign(message);
    expect((await browser.call(attempt, { signature })).status).toBe(200);
    // A signature verifies once.
    expect((await browser.call(attempt, { signature })).status).toBe(422);
  });

  test.each([
    ['web3_metamask', metamask, EthereumWallet],
    ['web3_okx_wallet', 'web3_okx_wallet_signature', EthereumWallet],
    ['web3_solana', 'web3_solana_signature', SolanaWallet],
  ] as const)('signs in with %s', async (feature, strategy, Wallet) => {
    const clerk = await aClerkLocal({ enable: [feature] });
    const wallet = new Wallet();
    await clerk.users.create({ ...ada, web3_wallet: [wallet.address] });
    const browser = await BrowserClient.register(clerk);
    const fields = { identifier: wallet.address, strategy };
    const { body } = await browser.call('POST /v1/client/sign_ins', fields);
    const { id, first_factor_verification: asked } = askedSchema.parse(body).response;
    const attempt = `POST /v1/client/sign_ins/${id}/attempt_first_factor`;
    const wrong = { strategy, signature: new Wallet().sign(asked.message) };
    expect((await browser.call(attempt, wrong)).status).toBe(422);
    const { body: done } = await browser.call(attempt, {
      strategy,
      signature: wallet.sign(asked.message),
    });
    expect(done).toMatchObject({ response: { status: 'complete' } });
  });

  test('signs up without a password once the other fields are set', async () => {
    const clerk = await aClerkLocal({ enable: ['web3_metamask'] });
    const browser = await BrowserClient.register(clerk);
    const wallet = new EthereumWallet();
    const id = await browser.create('POST /v1/client/sign_ups', { web3_wallet: wallet.address });
    const path = `/v1/client/sign_ups/${id}`;
    const { body } = await browser.call(`POST ${path}/prepare_verification`, {
      strategy: metamask,
    });
    const { message } = signUpSchema.parse(body).response.verifications.web3_wallet;
    const signature = wallet.sign(message);
    const signed = await browser.call(`POST ${path}/attempt_verification`, {
      strategy: metamask,
      signature,
    });
    expect(signed.body).toMatchObject({
      response: { missing_fields: ['email_address', 'first_name', 'last_name'] },
    });
    await browser.call(`PATCH ${path}`, {
      email_address: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
    });
    await browser.call(`POST ${path}/prepare_verification`, { strategy: 'email_code' });
    const code = { strategy: 'email_code', code: '424242' };
    const done = await browser.call(`POST ${path}/attempt_verification`, code);
    expect(done.body).toMatchObject({ response: { status: 'complete' } });
    const [user] = await clerk.users.list();
    expect(user?.web3_wallets[0]?.verification).toMatchObject({
      status: 'verified',
      strategy: metamask,
    });
  });

  test('belongs to one user only', async () => {
    const clerk = await aClerkLocal({ enable: ['web3_metamask'] });
    const { wallet } = await aWalletOwner(clerk);
    const visitor = await BrowserClient.register(clerk);
    const signUp = await visitor.call('POST /v1/client/sign_ups', {
      web3_wallet: wallet.address,
    });
    expect(signUp.body).toMatchObject(errorOf('form_identifier_exists', 'web3_wallet'));
    const json = { email_address: ['eve@example.com'], web3_wallet: [wallet.address] };
    const created = await callBackendApi(clerk, { method: 'POST', path: '/v1/users', json });
    expect(created.status).toBe(422);
  });

  test('is refused unless the instance enables it', async () => {
    const { browser } = await aSignedInBrowser(await aClerkLocal());
    const web3_wallet = new EthereumWallet().address;
    const { body } = await browser.call('POST /v1/me/web3_wallets', { web3_wallet });
    expect(body).toMatchObject(errorOf('form_param_value_invalid', 'web3_wallet'));
  });
});
