export { createSigningKey as aSigningKey, type SigningKey } from '@populatte/clerk-stub';
