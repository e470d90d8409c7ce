import { z } from 'zod';
import type { WalletStrategy } from '../shared/features.js';

const ethereumPattern = /^0x[0-9a-f]{40}$/i;
/** Base58, which omits characters that look similar. */
const solanaPattern = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

type Network = 'ethereum' | 'solana';

/** Returns the network of a wallet's address; `undefined` for other text. */
function networkOf(address: string): Network | undefined {
  if (ethereumPattern.test(address)) return 'ethereum';
  return solanaPattern.test(address) ? 'solana' : undefined;
}

/** Returns the address as it is stored: case matters only for Solana. */
export function normaliseWallet(address: string): string {
  const text = address.trim();
  return ethereumPattern.test(text) ? text.toLowerCase() : text;
}

/** Whether a strategy belongs to the network of an address. */
export function canSign(address: string, strategy: WalletStrategy): boolean {
  return (strategy === 'web3_solana_signature' ? 'solana' : 'ethereum') === networkOf(address);
}

/** The address of a web3 wallet. */
export const walletAddress = z
  .string()
  .transform(normaliseWallet)
  .refine((address) => networkOf(address) !== undefined, 'must be the address of a web3 wallet');
