import { z } from 'zod';
import type { WalletStrategy } from '../shared/features.js';

const walletStrategySchema = z.enum([
  'web3_metamask_signature',
  'web3_base_signature',
  'web3_coinbase_wallet_signature',
  'web3_okx_wallet_signature',
  'web3_solana_signature',
]) satisfies z.ZodType<WalletStrategy>;

/** The challenge for a wallet to sign. */
export const walletChallengeSchema = z.object({
  strategy: walletStrategySchema,
  nonce: z.string(),
  message: z.string(),
});
export type WalletChallenge = z.infer<typeof walletChallengeSchema>;

/** A web3 wallet of a user. Times are milliseconds since the epoch. */
export const walletRecordSchema = z.object({
  id: z.string(),
  /** Lower case for Ethereum. */
  address: z.string(),
  /** How the user verified it; `admin` for the Backend API, `null` until then. */
  verifiedBy: z.union([z.literal('admin'), walletStrategySchema]).nullable(),
  /** `null` once it is signed. */
  challenge: walletChallengeSchema.nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type WalletRecord = z.infer<typeof walletRecordSchema>;
