import type { Templates } from '../messages/templates.js';
import type { Messages } from '../messages/messages.js';
import type { Domains } from '../objects/domains.js';
import type { Objects } from '../objects/objects.js';
import type { Tickets } from '../objects/tickets.js';
import type { Waitlist } from '../objects/waitlist.js';
import type { Enrollments } from '../organizations/enrollments.js';
import type { OrganizationDomains } from '../organizations/organization-domains.js';
import type { OrganizationInvitations } from '../organizations/organization-invitations.js';
import type { Organizations } from '../organizations/organizations.js';
import type { Roles } from '../organizations/roles.js';
import type { Clients } from '../sessions/clients.js';
import type { Handshakes } from '../sessions/handshakes.js';
import type { JwtTemplates } from '../sessions/jwt-templates.js';
import type { SessionTokens } from '../sessions/session-tokens.js';
import type { Sessions } from '../sessions/sessions.js';
import type { Features } from '../shared/features.js';
import type { Clock } from '../shared/ports.js';
import type { Store } from '../state/store.js';
import type { Passkeys } from '../users/passkeys.js';
import type { TrustedDevices } from '../users/trusted-devices.js';
import type { Wallets } from '../users/wallets.js';
import type { SecondFactors } from '../users/second-factors.js';
import type { Users } from '../users/users.js';

/** The services that both APIs of an instance share. */
export interface Services {
  readonly issuer: string;
  readonly instanceId: string;
  readonly applicationName: string;
  readonly features: Features;
  readonly store: Store;
  readonly users: Users;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly wallets: Wallets;
  readonly trustedDevices: TrustedDevices;
  readonly organizations: Organizations;
  readonly organizationInvitations: OrganizationInvitations;
  readonly organizationDomains: OrganizationDomains;
  readonly enrollments: Enrollments;
  readonly roles: Roles;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
  readonly clients: Clients;
  readonly handshakes: Handshakes;
  readonly jwtTemplates: JwtTemplates;
  readonly objects: Objects;
  readonly domains: Domains;
  readonly tickets: Tickets;
  readonly waitlist: Waitlist;
  readonly messages: Messages;
  readonly templates: Templates;
  /** Returns the URL of a page of the Account Portal. */
  readonly portalUrl: (path: string) => string;
  readonly now: Clock;
  /** The clock that other programs compare with their own. */
  readonly wallClock: Clock;
}
