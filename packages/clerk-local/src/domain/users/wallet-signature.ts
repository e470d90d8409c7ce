import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { invalidParameter, originMissing, type ClerkApiError } from '../shared/clerk-api-error.js';
import type { WalletStrategy } from '../shared/features.js';
import type { WalletChallenge } from '../state/wallet-record.js';
import { decodeBase58 } from './base58.js';
import { canSign } from './wallet-address.js';

/** The page that requests a signature. */
export interface ChallengeContext {
  /** The origin of the application's page. */
  readonly origin: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Creates the text for a wallet to sign (EIP-4361, "Sign-In with Ethereum"). It is ASCII: clerk-js
 * passes it on byte by byte.
 *
 * @throws {ClerkApiError} 400 without an origin, 422 for a strategy of another network
 */
export async function newWalletChallenge(
  address: string,
  strategy: WalletStrategy,
  { origin, now }: ChallengeContext,
): Promise<WalletChallenge> {
  if (origin === undefined) throw originMissing('Web3 wallets');
  if (!canSign(address, strategy)) throw otherNetwork(strategy);
  const isSolana = strategy === 'web3_solana_signature';
  const nonce = randomBytes(16).toString('hex');
  const account = isSolana ? address : (await ethereum()).checksumAddress(address);
  const message = [
    `${new URL(origin).host} wants you to sign in with your ${isSolana ? 'Solana' : 'Ethereum'} account:`,
    account,
    '',
    'Sign in with your wallet.',
    '',
    `URI: ${origin}`,
    'Version: 1',
    `Chain ID: ${isSolana ? 'mainnet' : '1'}`,
    `Nonce: ${nonce}`,
    `Issued At: ${new Date(now).toISOString()}`,
  ].join('\n');
  return { strategy, nonce, message };
}

/**
 * Checks the signature of a wallet: `personal_sign` of Ethereum (EIP-191) in hex, or Solana's
 * `signMessage` in base64.
 *
 * @throws {ClerkApiError} 422 for a signature of another wallet or text
 */
export async function verifyWalletSignature(
  address: string,
  { strategy, message }: WalletChallenge,
  signature: string,
): Promise<void> {
  const isSigned =
    strategy === 'web3_solana_signature'
      ? isSignedBySolana(address, message, signature)
      : (await ethereum()).signerOf(message, signature) === address;
  if (!isSigned) throw incorrectSignature();
}

/** Loaded on first use: most instances have no wallets. */
function ethereum(): Promise<typeof import('./ethereum.js')> {
  return import('./ethereum.js');
}

function isSignedBySolana(address: string, message: string, signature: string): boolean {
  // The address is the public key.
  const x = decodeBase58(address);
  if (x.length !== 32) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(null, Buffer.from(message), key, Buffer.from(signature, 'base64'));
}

function otherNetwork(strategy: string): ClerkApiError {
  return invalidParameter(
    'strategy',
    'form_param_value_invalid',
    'is invalid',
    `${strategy} cannot verify a wallet of this network.`,
  );
}

/** Creates the error for a wrong signature, and for one that was not requested. */
export function incorrectSignature(): ClerkApiError {
  return invalidParameter(
    'signature',
    'form_incorrect_signature',
    'is incorrect',
    'The signature does not belong to this web3 wallet and this message.',
  );
}
