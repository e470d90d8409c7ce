export { clerkUser as aClerkUser } from '@populatte/clerk-stub';
