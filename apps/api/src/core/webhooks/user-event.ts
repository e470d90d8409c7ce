import type { Profile } from '../users/profile.js';

/** What the identity provider tells us without being asked. */
export type UserEvent =
  | { readonly type: 'profile'; readonly profile: Profile }
  | { readonly type: 'deletion'; readonly clerkId: string }
  /** Genuine, but about something that is not kept here. */
  | { readonly type: 'other' };
