import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { EthereumWallet, type SolanaWallet } from '../../support/wallets.js';
import { aSignedInBrowser, type BrowserClient } from './browser-client.js';

export const metamask = 'web3_metamask_signature';

const asked = z.object({
  response: z.object({ verification: z.object({ message: z.string() }) }),
});

/** Adds a wallet to a signed-in user, and asks for its signature. Returns the text to sign. */
export async function addedWallet(
  browser: BrowserClient,
  wallet: EthereumWallet | SolanaWallet,
  strategy = metamask,
): Promise<{ id: string; message: string }> {
  const id = await browser.create('POST /v1/me/web3_wallets', { web3_wallet: wallet.address });
  const path = `/v1/me/web3_wallets/${id}/prepare_verification`;
  const { body } = await browser.call(`POST ${path}`, { strategy });
  return { id, message: asked.parse(body).response.verification.message };
}

/** Creates a signed-in user with a verified wallet. */
export async function aWalletOwner(
  clerk: ClerkLocal,
): Promise<{ browser: BrowserClient; wallet: EthereumWallet; id: string }> {
  const { browser } = await aSignedInBrowser(clerk);
  const wallet = new EthereumWallet();
  const { id, message } = await addedWallet(browser, wallet);
  const signature = wallet.sign(message);
  await browser.call(`POST /v1/me/web3_wallets/${id}/attempt_verification`, { signature });
  return { browser, wallet, id };
}
