import { benchUser } from '../world/bench-users.js';

const { clerkId, email, name, imageUrl } = benchUser(1);

/** The response of `GET /users/me`, for servers without users. */
export const preparedAnswer = JSON.stringify({
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  clerkId,
  email,
  name,
  imageUrl,
  createdAt: '2025-06-15T15:06:40.000Z',
  updatedAt: '2025-06-15T15:06:40.000Z',
});
