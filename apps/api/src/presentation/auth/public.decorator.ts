import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const isPublic = 'populatte:public';

/** Opens a route, or all of a controller's, to callers without a session. Forgetting it fails closed. */
export function Public(): CustomDecorator {
  return SetMetadata(isPublic, true);
}
