import { verifyToken } from '@clerk/backend';
import {
  Injectable,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { settings } from '../settings.js';
import { syncUser } from './sync-user.js';
import type { UsualUser } from './users.table.js';

/** The properties of Fastify's and Express's requests that the guard uses. */
export interface UsualRequest {
  readonly headers: { readonly authorization?: string };
  user?: UsualUser;
}

/** Verifies with Clerk's SDK, as its documentation shows, and keeps the local user up to date. */
@Injectable()
export class AuthGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<UsualRequest>();
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (token === undefined) throw new UnauthorizedException();
    const claims = await this.verify(token);
    request.user = await syncUser({
      clerkId: claims.sub,
      email: textOf(claims['email']),
      name: textOf(claims['name']),
      imageUrl: textOf(claims['imageUrl']),
    });
    return true;
  }

  private async verify(token: string): ReturnType<typeof verifyToken> {
    try {
      return await verifyToken(token, {
        secretKey: settings.CLERK_SECRET_KEY,
        apiUrl: settings.CLERK_API_URL,
        authorizedParties: [settings.WEB_URL],
      });
    } catch {
      throw new UnauthorizedException();
    }
  }
}

function textOf(claim: unknown): string | null {
  return typeof claim === 'string' ? claim : null;
}
