/**
 * The user who exists from the first start. The password is not a secret: the local Clerk is for
 * development.
 */
export const seedUser = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  password: 'analytical-engine-1843',
} as const;
