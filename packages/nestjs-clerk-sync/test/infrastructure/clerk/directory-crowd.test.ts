import { describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { ClerkProfileDirectory } from '../../../src/infrastructure/clerk/clerk-profile-directory.js';
import { SystemClock } from '../../../src/core/clock.js';
import { aClerkUser, type ClerkUser } from '../../support/clerk-users.js';
import { RecordedLog } from '../../support/recorded-log.js';

const updatedAt = Date.UTC(2026, 0, 2);

/** Clerk's Backend API behind `fetch`; records the calls. */
class CountedClerk {
  readonly users = new Map<string, ClerkUser>();
  readonly urls: URL[] = [];
  /** Users missing from lists, as on a replica that lags behind. */
  readonly unlisted = new Set<string>();
  lists = true;
  inFlight = 0;
  mostInFlight = 0;
  versions = new Set<string | null>();

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    this.urls.push(url);
    this.versions.add(new Headers(init?.headers).get('clerk-api-version'));
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.inFlight -= 1;
    return this.answer(url);
  };

  private answer(url: URL): Response {
    if (url.pathname === '/v1/users') {
      if (!this.lists) return new Response('{}', { status: 404 });
      const ids = url.searchParams.getAll('user_id').filter((id) => !this.unlisted.has(id));
      return Response.json(
        ids.flatMap((id) => this.json(id)).slice(0, Number(url.searchParams.get('limit') ?? 10)),
      );
    }
    const [user] = this.json(decodeURIComponent(url.pathname.slice('/v1/users/'.length)));
    return user === undefined ? new Response('{}', { status: 404 }) : Response.json(user);
  }

  private json(id: string): unknown[] {
    const clerkUser = this.users.get(id);
    return clerkUser === undefined ? [] : [clerkUserJson(clerkUser, updatedAt)];
  }
}

function aCrowd(clerk: CountedClerk, size: number): ClerkUser[] {
  const clerkUsers = Array.from({ length: size }, () => aClerkUser());
  for (const clerkUser of clerkUsers) clerk.users.set(clerkUser.clerkId, clerkUser);
  return clerkUsers;
}

function directoryOf(clerk: CountedClerk): ClerkProfileDirectory {
  const options = { apiUrl: 'https://clerk.example', secretKey: 'sk_test_1', fetch: clerk.fetch };
  return new ClerkProfileDirectory(options, new SystemClock(), new RecordedLog());
}

describe('ClerkProfileDirectory with many concurrent look-ups', () => {
  test('returns 1,000 profiles with at most 20 calls in flight', async () => {
    const clerk = new CountedClerk();
    const clerkUsers = aCrowd(clerk, 1_000);
    const directory = directoryOf(clerk);
    const found = await Promise.all(
      clerkUsers.map(({ clerkId }) => directory.fetchProfile(clerkId)),
    );
    expect(found).toMatchObject(clerkUsers);
    expect(clerk.mostInFlight).toBe(20);
    expect(clerk.urls.length).toBeLessThan(60);
    expect(clerk.versions).toEqual(new Set(['2026-05-12']));
    for (const url of clerk.urls) {
      expect(url.searchParams.getAll('user_id').length).toBeLessThanOrEqual(100);
    }
  });

  test('looks up users that a list lacks individually before it returns null', async () => {
    const clerk = new CountedClerk();
    const clerkUsers = aCrowd(clerk, 60);
    const lagging = clerkUsers[50]?.clerkId ?? '';
    const gone = clerkUsers[51]?.clerkId ?? '';
    clerk.unlisted.add(lagging);
    clerk.users.delete(gone);
    const directory = directoryOf(clerk);
    const found = await Promise.all(
      clerkUsers.map(({ clerkId }) => directory.fetchProfile(clerkId)),
    );
    expect(found[50]).toMatchObject({ clerkId: lagging });
    expect(found[51]).toBeNull();
    expect(found.filter((profile) => profile === null)).toHaveLength(1);
  });

  test('works with an API that does not support lists', async () => {
    const clerk = new CountedClerk();
    clerk.lists = false;
    const clerkUsers = aCrowd(clerk, 100);
    const directory = directoryOf(clerk);
    const found = await Promise.all(
      clerkUsers.map(({ clerkId }) => directory.fetchProfile(clerkId)),
    );
    expect(found).toMatchObject(clerkUsers);
    expect(clerk.mostInFlight).toBe(20);
  });

  test('looks up an id individually if a list would interpret it differently', async () => {
    const clerk = new CountedClerk();
    const clerkUsers = aCrowd(clerk, 60);
    const odd = aClerkUser({ clerkId: '-user_1' });
    clerk.users.set(odd.clerkId, odd);
    const directory = directoryOf(clerk);
    const asked = [...clerkUsers, odd].map(({ clerkId }) => directory.fetchProfile(clerkId));
    expect(await Promise.all(asked)).toMatchObject([...clerkUsers, odd]);
    for (const url of clerk.urls) {
      expect(url.searchParams.getAll('user_id')).not.toContain(odd.clerkId);
    }
  });
});
