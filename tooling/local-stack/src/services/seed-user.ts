/** Who is there from the first start on. The password is no secret: the local Clerk is for development. */
export const seedUser = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  password: 'analytical-engine-1843',
} as const;
