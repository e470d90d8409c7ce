import { getMe } from './users/users.endpoints.js';

/** Every endpoint of the API, by resource. The client's methods and the OpenAPI document are made of it. */
export const endpoints = {
  users: { me: getMe },
} as const;
