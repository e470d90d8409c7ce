import { Hono } from 'hono';
import { z } from 'zod';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import type { Features, WalletStrategy } from '../domain/shared/features.js';
import type { SessionRecord } from '../domain/state/session-records.js';
import { toWeb3Wallet } from '../domain/users/identification-resources.js';
import type { Users } from '../domain/users/users.js';
import { walletAddress } from '../domain/users/wallet-address.js';
import type { Wallets } from '../domain/users/wallets.js';
import { parseBody, requestOrigin } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';

export interface Web3WalletsRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly wallets: Wallets;
  readonly features: Features;
  /** Throws if the user has to verify a factor again. */
  readonly requireRecent: (session: SessionRecord) => void;
}

const addSchema = z.object({ web3_wallet: walletAddress });
const prepareSchema = z.object({ strategy: z.string(), redirect_url: z.string().nullish() });
const attemptSchema = z.object({ signature: z.string() });

/** `/v1/me/web3_wallets`: the wallets of the signed-in user. */
export function web3WalletsRoutes(options: Web3WalletsRoutesOptions): Hono {
  const { calls, users, wallets, features, requireRecent } = options;
  const routes = new Hono();
  // Clerk returns a plain list here, without `client`.
  routes.get('/', (context) => {
    return context.json(users.get(calls.session(context).userId).web3_wallets);
  });
  routes.post('/', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    if (features.walletStrategies.length === 0) throw notEnabled('web3_wallet');
    const { web3_wallet } = await parseBody(context, addSchema);
    return calls.answer(context, toWeb3Wallet(await wallets.add(session.userId, web3_wallet)));
  });
  routes.get('/:id', (context) => {
    const { userId } = calls.session(context);
    return calls.answer(context, toWeb3Wallet(wallets.get(userId, context.req.param('id'))));
  });
  routes.delete('/:id', async (context) => {
    const session = calls.session(context);
    requireRecent(session);
    const id = context.req.param('id');
    await wallets.remove(session.userId, id);
    return calls.answer(context, { object: 'web3_wallet', id, deleted: true });
  });
  routes.post('/:id/prepare_verification', async (context) => {
    const { userId } = calls.session(context);
    const { strategy } = await parseBody(context, prepareSchema);
    const enabled = requireEnabled(features, strategy);
    const origin = requestOrigin(context);
    const wallet = await wallets.prepare(userId, context.req.param('id'), enabled, origin);
    return calls.answer(context, toWeb3Wallet(wallet));
  });
  routes.post('/:id/attempt_verification', async (context) => {
    const { userId } = calls.session(context);
    const { signature } = await parseBody(context, attemptSchema);
    const wallet = await wallets.attempt(userId, context.req.param('id'), signature);
    return calls.answer(context, toWeb3Wallet(wallet));
  });
  return routes;
}

function requireEnabled(features: Features, strategy: string): WalletStrategy {
  if (features.hasWallet(strategy)) return strategy;
  throw notEnabled('strategy');
}

function notEnabled(paramName: string): Error {
  return invalidParameter(
    paramName,
    'form_param_value_invalid',
    'is not enabled for this instance',
    'The instance has no such web3 wallet. Enable one, such as --enable web3_metamask.',
  );
}
