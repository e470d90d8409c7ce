import type { Page } from 'playwright-core';
import type { EthereumWallet } from '../../support/wallets.js';

/** Injects a wallet that signs any text into the page, as a browser extension would. */
export async function injectWallet(page: Page, wallet: EthereumWallet): Promise<void> {
  await page.exposeFunction('signWithWallet', (hex: string) =>
    wallet.sign(Buffer.from(hex.slice(2), 'hex').toString()),
  );
  const ethereum = `window.ethereum = {
    request: async ({ method, params }) => {
      if (method === 'eth_requestAccounts') return ['${wallet.address}'];
      if (method === 'personal_sign') return window.signWithWallet(params[0]);
      throw new Error('The wallet does not know ' + method);
    },
  };`;
  await page.addInitScript(ethereum);
  await page.evaluate(ethereum);
}
