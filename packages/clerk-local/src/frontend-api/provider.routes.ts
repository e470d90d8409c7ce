import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Clients } from '../domain/sessions/clients.js';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';
import type { ProviderIdentity } from '../domain/state/attempt-records.js';
import { normaliseEmail, parseEmail } from '../domain/users/email-address.js';
import type { ExternalAccounts } from '../domain/users/external-accounts.js';
import { newExternalAccount } from '../domain/users/external-accounts.js';
import type { Users } from '../domain/users/users.js';
import { parseBody, parseQuery } from '../http/request.js';
import type { ProviderFlows, ProviderVisit } from './provider-flows.js';
import { providerPage } from './provider-page.js';
import type { SignIns } from './sign-ins.js';
import type { SignUps } from './sign-ups.js';

export interface ProviderRoutesOptions {
  readonly clients: Clients;
  readonly users: Users;
  readonly flows: ProviderFlows;
  readonly externalAccounts: ExternalAccounts;
  readonly signIns: SignIns;
  readonly signUps: SignUps;
}

const stateSchema = z.object({ state: z.string() });
const choiceSchema = z.object({
  state: z.string(),
  cancel: z.string().optional(),
  email: z.string().default(''),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
});

/** The page of the simulated providers, on which the visitor chooses an account. */
export function providerPageRoutes(
  options: Pick<ProviderRoutesOptions, 'flows' | 'externalAccounts'> & {
    readonly applicationName: string;
  },
): Hono {
  const { flows, externalAccounts, applicationName } = options;
  const routes = new Hono();
  routes.get('/', (context) => {
    const { state } = parseQuery(context, stateSchema);
    const { strategy } = flows.find(state);
    const nonce = randomBytes(16).toString('base64');
    context.header('cache-control', 'no-store');
    // No `form-action`: it would block the redirect to the application.
    context.header(
      'content-security-policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    );
    const known = externalAccounts.known(strategy);
    return context.html(providerPage({ strategy, state, known, applicationName, nonce }));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, choiceSchema);
    const identity = fields.cancel === undefined ? identityOf(fields) : null;
    return context.redirect(flows.choose(fields.state, identity), 303);
  });
  return routes;
}

/** `GET /v1/oauth_callback`: the browser returns from the provider. */
export function oauthCallbackRoutes(options: ProviderRoutesOptions): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => {
    const { state } = parseQuery(context, stateSchema);
    const { visit, identity } = options.flows.take(state);
    await finish(options, visit, identity);
    context.header('cache-control', 'no-store');
    return context.redirect(visit.redirectUrl, 303);
  });
  // Providers that answer with a form post are sent to the same address.
  routes.post('/', async (context) => {
    const { state } = await parseBody(context, stateSchema);
    return context.redirect(`/v1/oauth_callback?state=${encodeURIComponent(state)}`, 303);
  });
  return routes;
}

async function finish(
  { clients, users, externalAccounts, signIns, signUps }: ProviderRoutesOptions,
  { devBrowser, strategy, intent }: ProviderVisit,
  identity: ProviderIdentity | null,
): Promise<void> {
  switch (intent.kind) {
    case 'sign_in':
      return signIns.providers.returned(clients.require(devBrowser), intent.attemptId, identity);
    case 'sign_up':
      return signUps.providers.returned(clients.require(devBrowser), intent.attemptId, identity);
    case 'connect': {
      if (identity === null) return;
      const { userId, accountId } = intent;
      try {
        await externalAccounts.connect(userId, strategy, identity, accountId);
      } catch (error) {
        if (!(error instanceof ClerkApiError)) throw error;
        const account = newExternalAccount(strategy, identity, users.newContext());
        await externalAccounts.fail(userId, { ...account, id: accountId }, error.code);
      }
    }
  }
}

function identityOf(fields: z.output<typeof choiceSchema>): ProviderIdentity {
  return {
    email: normaliseEmail(parseEmail(fields.email)),
    firstName: fields.first_name.trim(),
    lastName: fields.last_name.trim(),
  };
}
