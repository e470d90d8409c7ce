import { expect, test } from 'vitest';
import { BrowserClient } from '../frontend-api/support/browser-client.js';
import { emailAddress, redeem, withUser } from './backend-setup.js';
import type { CallRecord } from './call-record.js';
import { aRecordedBackend } from './recorded-backend.js';

/** Calls the operations on settings, lists and templates. */
export function instanceCalls(record: CallRecord): void {
  test('settings of the instance', async () => {
    const { sdk, clerk } = await aRecordedBackend(record);
    const { instance, domains, allowlistIdentifiers, blocklistIdentifiers } = sdk;
    await instance.update({ allowedOrigins: ['http://localhost:3000'] });
    expect((await instance.get()).allowedOrigins).toEqual(['http://localhost:3000']);
    await instance.updateRestrictions({ allowlist: true });
    const stranger = await BrowserClient.register(clerk);
    const signUp = { email_address: 'eve@example.com' };
    expect((await stranger.call('POST /v1/client/sign_ups', signUp)).status).toBe(403);
    record.readElsewhere();
    await instance.updateOrganizationSettings({ maxAllowedMemberships: 7 });
    expect((await instance.getOrganizationSettings()).maxAllowedMemberships).toBe(7);

    const satellite = { name: 'satellite.example.com', is_satellite: true };
    const { id: domainId } = await domains.add(satellite);
    expect((await domains.list()).data.map(({ id }) => id)).toContain(domainId);
    const proxy_url = 'https://satellite.example.com/__clerk';
    await domains.update({ domainId, proxy_url });
    const found = (await domains.list()).data.find(({ id }) => id === domainId);
    expect(found?.proxyUrl).toBe(proxy_url);
    await sdk.proxyChecks.verify({ domainId, proxyUrl: `${clerk.url}/__clerk` });
    await domains.delete(domainId);
    expect((await domains.list()).data.map(({ id }) => id)).not.toContain(domainId);

    const identifier = emailAddress;
    const allowed = await allowlistIdentifiers.createAllowlistIdentifier({
      identifier,
      notify: false,
    });
    expect((await allowlistIdentifiers.getAllowlistIdentifierList()).totalCount).toBe(1);
    await allowlistIdentifiers.deleteAllowlistIdentifier(allowed.id);
    expect((await allowlistIdentifiers.getAllowlistIdentifierList()).totalCount).toBe(0);
    const blocked = await blocklistIdentifiers.createBlocklistIdentifier({ identifier });
    expect((await blocklistIdentifiers.getBlocklistIdentifierList()).totalCount).toBe(1);
    await blocklistIdentifiers.deleteBlocklistIdentifier(blocked.id);
    expect((await blocklistIdentifiers.getBlocklistIdentifierList()).totalCount).toBe(0);
  });

  test('JWT templates, redirect URLs, the key set, webhooks and agent tasks', async () => {
    const { sdk, userId, clerk } = await withUser(record);
    const { jwtTemplates, redirectUrls } = sdk;
    expect((await sdk.jwks.getJwks()).keys).toHaveLength(1);
    const template = { name: 'hasura', claims: { role: 'user' } };
    const { id: templateId } = await jwtTemplates.create(template);
    expect((await jwtTemplates.get(templateId)).name).toBe('hasura');
    await jwtTemplates.update({ templateId, ...template, lifetime: 120 });
    expect((await jwtTemplates.get(templateId)).lifetime).toBe(120);
    await jwtTemplates.delete(templateId);
    expect((await jwtTemplates.list()).totalCount).toBe(0);

    const { id } = await redirectUrls.createRedirectUrl({ url: 'https://example.com' });
    expect((await redirectUrls.getRedirectUrl(id)).url).toBe('https://example.com');
    await redirectUrls.deleteRedirectUrl(id);
    expect((await redirectUrls.getRedirectUrlList()).data).toEqual([]);

    await sdk.webhooks.deleteSvixApp();
    await expect(sdk.webhooks.generateSvixAuthURL()).rejects.toMatchObject({ status: 400 });
    record.readElsewhere();
    await sdk.webhooks.createSvixApp();
    record.readElsewhere();
    expect((await sdk.webhooks.generateSvixAuthURL()).svix_url).toMatch(/^http/);

    const aTask = (): ReturnType<typeof sdk.agentTasks.create> =>
      sdk.agentTasks.create({
        onBehalfOf: { userId },
        permissions: '*',
        agentName: 'crawler',
        taskDescription: 'Reads the dashboard.',
        redirectUrl: 'http://localhost:3000/',
      });
    const ticketOf = (url: string): string => new URL(url).searchParams.get('ticket') ?? '';
    expect(await redeem(clerk, ticketOf((await aTask()).url))).toBe(200);
    record.readElsewhere();
    const task = await aTask();
    await sdk.agentTasks.revoke(task.agentTaskId);
    expect(await redeem(clerk, ticketOf(task.url))).toBe(400);
    record.readElsewhere();
  });

  test('waitlist entries', async () => {
    const { sdk } = await aRecordedBackend(record);
    const { waitlistEntries } = sdk;
    const statuses = async (): Promise<string[]> =>
      (await waitlistEntries.list()).data.map(({ status }) => status);
    const { id } = await waitlistEntries.create({ emailAddress });
    expect(await statuses()).toEqual(['pending']);
    await waitlistEntries.reject(id);
    expect(await statuses()).toEqual(['rejected']);
    await waitlistEntries.delete(id);
    expect(await statuses()).toEqual([]);
    const [eve] = await waitlistEntries.createBulk([{ emailAddress: 'eve@example.com' }]);
    expect(await statuses()).toEqual(['pending']);
    await waitlistEntries.invite(eve?.id ?? '');
    expect(await statuses()).toEqual(['invited']);
  });
}
