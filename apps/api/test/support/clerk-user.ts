export { clerkUser as aClerkUser, type ClerkUserJson } from '@populatte/clerk-stub';
