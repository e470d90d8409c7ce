import { expect, test } from 'vitest';
import { create } from '../backend-api/conformance/setup.js';
import { aColleague, listed } from '../frontend-api/support/organizations.js';
import { code, emailAddress, type RecordedBrowser } from './recorded-browser.js';

/** Calls the operations on organizations, their domains and members. */
export function organizationCalls(browser: RecordedBrowser): void {
  test('organizations and their members', async () => {
    const { page } = await browser.signedIn();
    const eve = (await page.clerk.users.create({ email_address: ['eve@example.com'] })).id;
    const id = await page.run("return (await Clerk.createOrganization({ name: 'Acme' })).id;");
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: ${JSON.stringify(id)} });`);
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await organization.reload()).${property};`);
    expect(await read('name')).toBe('Acme');
    await page.run("await organization.update({ name: 'Acme Inc.' });");
    expect(await read('name')).toBe('Acme Inc.');
    await page.run('await organization.setLogo({ file: image });');
    expect(await read('hasImage')).toBe(true);
    await page.run('await organization.setLogo({ file: null });');
    expect(await read('hasImage')).toBe(false);

    const roles = 'return (await organization.getMemberships()).data.map((each) => each.role);';
    await page.run(`await organization.addMember({ userId: '${eve}', role: 'org:member' });`);
    expect(await page.run(roles)).toHaveLength(2);
    await page.run(`await organization.updateMember({ userId: '${eve}', role: 'org:admin' });`);
    expect(await page.run(roles)).toEqual(['org:admin', 'org:admin']);
    await page.run(`await organization.removeMember('${eve}');`);
    expect(await page.run(roles)).toHaveLength(1);

    const invited = 'return (await organization.getInvitations()).data.length;';
    await page.run(`await organization.inviteMember({
      emailAddress: 'bob@example.com', role: 'org:member' });`);
    expect(await page.run(invited)).toBe(1);
    await page.run(`await organization.inviteMembers({
      emailAddresses: ['carol@example.com'], role: 'org:member' });`);
    expect(await page.run(invited)).toBe(2);
    await page.run('await (await organization.getInvitations()).data[0].revoke();');
    expect(
      await page.run(
        "return (await organization.getInvitations({ status: ['revoked'] })).data.length;",
      ),
    ).toBe(1);
    await page.run('await organization.getRoles();');
    await page.run('await organization.getDomains();');
    await page.run('await organization.getMembershipRequests();');
    await page.run('await user.getOrganizationCreationDefaults();');
    await page.run('await user.getOrganizationSuggestions();');
    await page.run('await organization.destroy();');
    expect(await page.run('return (await user.getOrganizationMemberships()).data.length;')).toBe(0);
  });

  test('domains of an organization, and requests to join it', async () => {
    const { page } = await browser.signedIn();
    const { clerk } = page;
    const id = String(await page.run("return (await Clerk.createOrganization({ name: 'A' })).id;"));
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: '${id}' });`);
    const read = (property: string): Promise<unknown> =>
      page.run(`return (await organization.getDomains()).data[0]?.${property} ?? null;`);
    await page.run("await organization.createDomain('example.org');");
    expect(await read('name')).toBe('example.org');
    const domainId = JSON.stringify(await read('id'));
    const domain = `(await organization.getDomain({ domainId: ${domainId} }))`;
    const affiliationEmailAddress = "affiliationEmailAddress: 'admin@example.org'";
    await page.run(`
      const domain = ${domain};
      await domain.prepareAffiliationVerification({ ${affiliationEmailAddress} });`);
    expect(await read('affiliationEmailAddress')).toBe('admin@example.org');
    await page.run(`await ${domain}.attemptAffiliationVerification({ code: ${code} });`);
    expect(await read('affiliationVerification.status')).toBe('verified');
    await page.run(`
      await ${domain}.updateEnrollmentMode({ enrollmentMode: 'automatic_suggestion' });`);
    expect(await read('enrollmentMode')).toBe('automatic_suggestion');

    const requests = 'return (await organization.getMembershipRequests()).data';
    for (const [name, decision] of [
      ['eve', 'accept'],
      ['bob', 'reject'],
    ] as const) {
      const { browser } = await aColleague(clerk, `${name}@example.org`);
      const [suggestion] = await listed(browser, '/v1/me/organization_suggestions');
      await browser.call(`POST /v1/me/organization_suggestions/${suggestion?.id}/accept`, {});
      await page.run(`
        await (await organization.getMembershipRequests({ status: 'pending' })).data[0].${decision}();`);
      expect(await page.run(`${requests}[0].status;`)).toBe(`${decision}ed`);
    }

    await page.run(`await organization.prepareOwnershipVerification([${domainId}]);`);
    expect(await page.run(`return ${domain}.ownershipVerification.status;`)).toBe('unverified');
    await page.run(`await organization.attemptOwnershipVerification([${domainId}]);`);
    expect(await page.run(`return ${domain}.ownershipVerification.status;`)).toBe('verified');
    await page.run(`await ${domain}.delete();`);
    expect(await page.run('return (await organization.getDomains()).total_count;')).toBe(0);
  });

  test('an organization that is suggested to the user', async () => {
    const { page } = await browser.signedIn();
    const { id } = await create(page.clerk, '/v1/organizations', { name: 'Acme' });
    const json = { name: 'example.com', enrollment_mode: 'automatic_suggestion', verified: true };
    await create(page.clerk, `/v1/organizations/${id}/domains`, json);
    await page.run('await (await user.getOrganizationSuggestions()).data[0].accept();');
    expect(await page.run('return (await user.getOrganizationSuggestions()).data[0].status;')).toBe(
      'accepted',
    );
  });

  test('a session that is pending until its user has an organization', async () => {
    const { page } = await browser.signedIn({ enable: ['organization_required'] });
    const session = 'Clerk.client.signedInSessions[0]';
    expect(await page.run(`return [${session}.status, ${session}.currentTask.key];`)).toEqual([
      'pending',
      'choose-organization',
    ]);
    const id = String(await page.run("return (await Clerk.createOrganization({ name: 'A' })).id;"));
    await page.run('await client.reload();');
    await page.run(`await Clerk.setActive({ organization: '${id}' });`);
    expect(await page.run('return (await session.reload()).status;')).toBe('active');
  });

  test('invitations to the user', async () => {
    const { page } = await browser.signedIn();
    const { id } = await create(page.clerk, '/v1/organizations', { name: 'Acme' });
    const json = { email_address: emailAddress, role: 'org:member' };
    await create(page.clerk, `/v1/organizations/${id}/invitations`, json);
    await page.run('await (await user.getOrganizationInvitations()).data[0].accept();');
    const count = 'return (await user.getOrganizationMemberships()).data.length;';
    expect(await page.run(count)).toBe(1);
    await page.run(`await user.leaveOrganization('${id}');`);
    expect(await page.run(count)).toBe(0);
  });
}
