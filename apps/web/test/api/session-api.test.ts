import { describe, expect, it, vi, type Mock } from 'vitest';
import {
  ApiError,
  NotSignedInError,
  UnauthenticatedError,
  type ApiClient,
} from '@populatte/api-client';
import { getMe } from '@populatte/contracts';
import { createSessionApi, type TokenSession } from '@/lib/api/session-api';
import { startProblemServer } from '../support/problem-server';

const aSession = (token: string | null = 'token'): TokenSession => ({
  id: 'sess_1',
  isCurrent: () => true,
  getToken: () => Promise.resolve(token),
});

function aClerk(): {
  signOut: Mock<() => Promise<void>>;
  redirectToSignIn: Mock<() => Promise<void>>;
} {
  return {
    signOut: vi.fn(() => Promise.resolve()),
    redirectToSignIn: vi.fn(() => Promise.resolve()),
  };
}

describe('createSessionApi', () => {
  it('signs out once, even if several calls find that the user is deleted', async () => {
    const { url } = await startProblemServer(401, 'user_deleted');
    const clerk = aClerk();
    const onSessionEnd = vi.fn();
    const api = createSessionApi(aSession(), clerk, { baseUrl: url, onSessionEnd });

    const calls = Array.from({ length: 10 }, () => api.users.me());
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ reason: expect.any(UnauthenticatedError) as unknown });
    }

    expect(clerk.signOut).toHaveBeenCalledExactlyOnceWith({
      sessionId: 'sess_1',
      redirectUrl: '/sign-in',
    });
    expect(onSessionEnd).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'user_deleted' }),
    );
  });

  it('does not end a session that the user has left during the call', async () => {
    const { url } = await startProblemServer(401, 'token_expired');
    let isCurrent = true;
    const session: TokenSession = {
      id: 'sess_1',
      isCurrent: () => isCurrent,
      getToken: (options) => {
        // The user signs out, or switches to another session, during the refresh.
        if (options?.skipCache === true) isCurrent = false;
        return Promise.resolve(isCurrent ? 'token' : null);
      },
    };
    const clerk = aClerk();
    const onSessionEnd = vi.fn();
    const api = createSessionApi(session, clerk, { baseUrl: url, onSessionEnd });

    await expect(api.users.me()).rejects.toThrow(UnauthenticatedError);

    expect(clerk.signOut).not.toHaveBeenCalled();
    expect(onSessionEnd).not.toHaveBeenCalled();
  });

  it.each<[string, (api: ApiClient) => Promise<unknown>]>([
    ['a method', (api) => api.users.me()],
    ['a method deeper in the tree', (api) => api.users.preferences.get()],
    ['call', (api) => api.call(getMe)],
    ['call.raw', (api) => api.call.raw(getMe)],
  ])('lets the user finish a pending session that %s finds', async (_what, send) => {
    const { url } = await startProblemServer(401, 'session_pending');
    const clerk = aClerk();
    const api = createSessionApi(aSession(), clerk, { baseUrl: url });

    await expect(send(api)).rejects.toMatchObject({ constructor: ApiError });

    expect(clerk.redirectToSignIn).toHaveBeenCalledOnce();
    expect(clerk.signOut).not.toHaveBeenCalled();
  });

  it.each(['auth_unavailable', 'sync_unavailable'])(
    'keeps the session on a 503 %s',
    async (code) => {
      const { url } = await startProblemServer(503, code);
      const clerk = aClerk();
      const api = createSessionApi(aSession(), clerk, { baseUrl: url });

      await expect(api.users.me()).rejects.toMatchObject({ constructor: ApiError, code });

      expect(clerk.signOut).not.toHaveBeenCalled();
    },
  );

  it('without a token, sends nothing and does not sign out', async () => {
    const { url, count } = await startProblemServer(401, 'token_missing');
    const clerk = aClerk();
    const api = createSessionApi(aSession(null), clerk, { baseUrl: url });

    await expect(api.users.me()).rejects.toThrow(NotSignedInError);

    expect(count()).toBe(0);
    expect(clerk.signOut).not.toHaveBeenCalled();
  });
});
