import { z } from 'zod';
import type { ClerkLocal } from '../../../src/index.js';
import { aSignedInBrowser, BrowserClient, testCode } from './browser-client.js';

const listSchema = z.object({
  response: z.object({ data: z.array(z.looseObject({ id: z.string() })) }),
});

/** Reads a list of the Frontend API. */
export async function listed(
  browser: BrowserClient,
  path: string,
): Promise<z.infer<typeof listSchema>['response']['data']> {
  return listSchema.parse((await browser.call(`GET ${path}`)).body).response.data;
}

/** Ada's organization with the verified domain `example.org`. */
export async function aVerifiedDomain(
  clerk: ClerkLocal,
  enrollment_mode: string,
): Promise<{
  readonly admin: BrowserClient;
  readonly organizationId: string;
  /** The path of the domain. */
  readonly domain: string;
}> {
  const { browser: admin } = await aSignedInBrowser(clerk);
  const organizationId = await admin.create('POST /v1/organizations', { name: 'Acme' });
  const domains = `/v1/organizations/${organizationId}/domains`;
  const fields = { name: 'example.org', enrollment_mode };
  const domain = `${domains}/${await admin.create(`POST ${domains}`, fields)}`;
  const email = { affiliation_email_address: 'admin@example.org' };
  await admin.call(`POST ${domain}/prepare_affiliation_verification`, email);
  await admin.call(`POST ${domain}/attempt_affiliation_verification`, { code: testCode });
  return { admin, organizationId, domain };
}

/** Signs in a user whose email address is at the verified domain. */
export async function aColleague(
  clerk: ClerkLocal,
  emailAddress = 'eve@example.org',
): Promise<{ readonly browser: BrowserClient; readonly userId: string }> {
  const { id: userId } = await clerk.users.create({
    email_address: [emailAddress],
    password: 'correct-horse-battery',
  });
  const browser = await BrowserClient.register(clerk);
  await browser.call('POST /v1/client/sign_ins', {
    identifier: emailAddress,
    password: 'correct-horse-battery',
  });
  return { browser, userId };
}

/** Eve, a user with a suggestion to join Ada's organization. */
export async function suggested(clerk: ClerkLocal): Promise<{
  readonly admin: BrowserClient;
  readonly eve: BrowserClient;
  readonly userId: string;
  readonly organizationId: string;
  /** The path of the suggestion. */
  readonly suggestion: string;
  /** Accepts the suggestion as Eve. Returns the paths of the organization's requests. */
  readonly requests: () => Promise<string[]>;
}> {
  const { admin, organizationId } = await aVerifiedDomain(clerk, 'automatic_suggestion');
  const { browser: eve, userId } = await aColleague(clerk);
  const [found] = await listed(eve, '/v1/me/organization_suggestions');
  const suggestion = `/v1/me/organization_suggestions/${found?.id}`;
  return {
    admin,
    eve,
    userId,
    organizationId,
    suggestion,
    requests: async () => {
      await eve.call(`POST ${suggestion}/accept`, {});
      const path = `/v1/organizations/${organizationId}/membership_requests`;
      return (await listed(admin, path)).map(({ id }) => `${path}/${id}`);
    },
  };
}
