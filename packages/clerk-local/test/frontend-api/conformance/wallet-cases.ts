import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { EthereumWallet } from '../../support/wallets.js';
import { aSignedInBrowser, BrowserClient } from '../support/browser-client.js';
import { addedWallet, aWalletOwner, metamask } from '../support/wallets.js';
import type { FrontendCall, FrontendCase } from './setup.js';

const own = '/me/web3_wallets/{web3_wallet_id}';
const enable = ['web3_metamask'] as const;

/** Describes a call on a verified wallet. */
function ofOne(method: string): FrontendCase {
  return {
    route: `${method} /v1/me/web3_wallets/:id`,
    published: own,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser, id } = await aWalletOwner(clerk);
      return { browser, path: `/v1/me/web3_wallets/${id}` };
    },
  };
}

const askedSchema = z.object({
  response: z.object({
    verifications: z.object({ web3_wallet: z.object({ message: z.string() }) }),
  }),
});

/** Describes a step of a sign-up with a wallet. */
function ofSignUp(action: 'prepare' | 'attempt'): FrontendCase {
  return {
    route: `POST /v1/client/sign_ups/:id/${action}_verification`,
    published: `/client/sign_ups/{sign_up_id}/${action}_verification`,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const browser = await BrowserClient.register(clerk);
      const wallet = new EthereumWallet();
      const signUp = await browser.startSignUp({ web3_wallet: wallet.address });
      const path = `${signUp}/${action}_verification`;
      if (action === 'prepare') return { browser, path, form: { strategy: metamask } };
      const asked = await browser.call(`POST ${signUp}/prepare_verification`, {
        strategy: metamask,
      });
      const { message } = askedSchema.parse(asked.body).response.verifications.web3_wallet;
      return { browser, path, form: { strategy: metamask, signature: wallet.sign(message) } };
    },
  };
}

/** Web3 wallets of the signed-in user, and sign-in and sign-up with them. */
export const walletCases: readonly FrontendCase[] = [
  {
    route: 'GET /v1/me/web3_wallets',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: (await aWalletOwner(clerk)).browser,
    }),
  },
  {
    route: 'POST /v1/me/web3_wallets',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      return { browser, form: { web3_wallet: new EthereumWallet().address } };
    },
  },
  ofOne('GET'),
  ofOne('DELETE'),
  {
    route: 'POST /v1/me/web3_wallets/:id/prepare_verification',
    published: `${own}/prepare_verification`,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      const { id } = await addedWallet(browser, new EthereumWallet());
      const path = `/v1/me/web3_wallets/${id}/prepare_verification`;
      return { browser, path, form: { strategy: metamask } };
    },
  },
  {
    route: 'POST /v1/me/web3_wallets/:id/attempt_verification',
    published: `${own}/attempt_verification`,
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { browser } = await aSignedInBrowser(clerk);
      const wallet = new EthereumWallet();
      const { id, message } = await addedWallet(browser, wallet);
      const path = `/v1/me/web3_wallets/${id}/attempt_verification`;
      return { browser, path, form: { signature: wallet.sign(message) } };
    },
  },
  {
    route: 'POST /v1/client/sign_ins',
    status: 200,
    enable,
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => {
      const { wallet } = await aWalletOwner(clerk);
      const browser = await BrowserClient.register(clerk);
      return { browser, form: { identifier: wallet.address, strategy: metamask } };
    },
  },
  ofSignUp('prepare'),
  ofSignUp('attempt'),
  {
    route: 'GET /v1/environment',
    status: 200,
    enable: ['web3_metamask', 'web3_solana', 'trusted_device'],
    arrange: async (clerk: ClerkLocal): Promise<FrontendCall> => ({
      browser: await BrowserClient.register(clerk),
    }),
  },
];
