import { ClerkApiError } from '../shared/clerk-api-error.js';
import type { Features } from '../shared/features.js';
import type { Objects } from '../objects/objects.js';
import type { Store } from '../state/store.js';

/** Decides who may sign up and sign in under the instance's restrictions. */
export class AccessRules {
  constructor(
    private readonly store: Store,
    private readonly objects: Objects,
    private readonly features: Features,
  ) {}

  /**
   * Checks a sign-up without an invitation.
   *
   * @param identifier a normalised email address, a phone number or a username
   * @throws {ClerkApiError} 403 `not_allowed_access`; `sign_up_restricted_waitlist` with a waitlist
   */
  requireSignUp(identifier: string): void {
    if (this.features.has('waitlist')) throw needsInvitation();
    const { allowlist, blocklist, blockEmailSubaddresses } = this.store.settings;
    const isAllowed = this.isListed('allowlist_identifier', identifier);
    if (allowlist && !isAllowed) throw refused(identifier);
    // An entry of an active allow-list takes precedence.
    if (allowlist) return;
    if (blocklist && this.isListed('blocklist_identifier', identifier)) throw refused(identifier);
    if (blockEmailSubaddresses && /[+=#].*@/.test(identifier)) throw refused(identifier);
  }

  /** @throws {ClerkApiError} like `requireSignUp`, unless the lists are disabled for sign-ins */
  requireSignIn(identifier: string): void {
    const { allowlist, blocklist, listsDisabledOnSignIn } = this.store.settings;
    if (listsDisabledOnSignIn) return;
    if (allowlist && !this.isListed('allowlist_identifier', identifier)) throw refused(identifier);
    if (allowlist || !blocklist) return;
    if (this.isListed('blocklist_identifier', identifier)) throw refused(identifier);
  }

  /** An entry is an identifier, or `*@example.com` for all addresses of a domain. */
  private isListed(
    list: 'allowlist_identifier' | 'blocklist_identifier',
    identifier: string,
  ): boolean {
    const domain = `*${identifier.slice(identifier.lastIndexOf('@'))}`;
    return this.objects
      .list(list)
      .map((each) => String(each['identifier']).toLowerCase())
      .some((entry) => entry === identifier || (identifier.includes('@') && entry === domain));
  }
}

function needsInvitation(): ClerkApiError {
  return new ClerkApiError(403, 'sign_up_restricted_waitlist', 'Sign-ups are restricted.', {
    longMessage: 'Sign-ups are currently unavailable. Join the waitlist to be invited.',
  });
}

function refused(identifier: string): ClerkApiError {
  return new ClerkApiError(403, 'not_allowed_access', 'Access not allowed.', {
    longMessage: `${identifier} is not allowed to access this application.`,
  });
}
