import { Hono } from 'hono';
import { z } from 'zod';
import type { Features } from '../domain/shared/features.js';
import type { ExternalAccounts } from '../domain/users/external-accounts.js';
import { newExternalAccount } from '../domain/users/external-accounts.js';
import { toExternalAccount } from '../domain/users/identification-resources.js';
import type { Users } from '../domain/users/users.js';
import { parseBody } from '../http/request.js';
import type { ClientCalls } from './client-calls.js';
import type { ProviderFlows } from './provider-flows.js';
import { providerDisabled } from './verification.js';

export interface ExternalAccountsRoutesOptions {
  readonly calls: ClientCalls;
  readonly users: Users;
  readonly externalAccounts: ExternalAccounts;
  readonly flows: ProviderFlows;
  readonly features: Features;
}

const startSchema = z.object({
  strategy: z.string(),
  redirect_url: z.string().default(''),
});
const reauthorizeSchema = z.object({ redirect_url: z.string().default('') });

/** `/v1/me/external_accounts`: the signed-in user connects accounts at providers. */
export function externalAccountsRoutes(options: ExternalAccountsRoutesOptions): Hono {
  const { calls, users, externalAccounts, flows, features } = options;
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { userId } = calls.session(context);
    const { strategy, redirect_url } = await parseBody(context, startSchema);
    if (!features.hasProvider(strategy)) throw providerDisabled(strategy);
    const identity = { email: '', firstName: '', lastName: '' };
    // Stored when the browser returns from the provider.
    const account = newExternalAccount(strategy, identity, users.newContext());
    const url = flows.begin({
      devBrowser: calls.client(context).devBrowser,
      strategy,
      redirectUrl: redirect_url,
      intent: { kind: 'connect', userId, accountId: account.id },
    });
    return calls.answer(context, toExternalAccount(account, url));
  });
  routes.patch('/:id/reauthorize', async (context) => {
    const { userId } = calls.session(context);
    const { redirect_url } = await parseBody(context, reauthorizeSchema);
    const account = externalAccounts.get(userId, context.req.param('id'));
    const url = flows.begin({
      devBrowser: calls.client(context).devBrowser,
      strategy: `oauth_${account.provider}`,
      redirectUrl: redirect_url,
      intent: { kind: 'connect', userId, accountId: account.id },
    });
    return calls.answer(context, toExternalAccount(account, url));
  });
  routes.delete('/:id', async (context) => {
    const { userId } = calls.session(context);
    const id = context.req.param('id');
    await users.removeExternalAccount(userId, id);
    return calls.answer(context, { object: 'external_account', id, deleted: true });
  });
  // The simulated providers issue no tokens, so there is nothing to revoke.
  routes.delete('/:id/tokens', (context) => {
    const { userId } = calls.session(context);
    externalAccounts.get(userId, context.req.param('id'));
    return calls.answerUser(context, users.get(userId));
  });
  return routes;
}
