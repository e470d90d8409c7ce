import { defineEndpoint } from '../http/define-endpoint.js';
import { userResponse } from './user-response.js';

/** Returns the local user of the session. */
export const getMe = defineEndpoint({
  method: 'GET',
  path: '/users/me',
  response: userResponse,
});
