import { defineEndpoint } from '../http/define-endpoint.js';
import { userResponse } from './user-response.js';

/** The signed-in person's local user. */
export const getMe = defineEndpoint({
  method: 'GET',
  path: '/users/me',
  response: userResponse,
});
