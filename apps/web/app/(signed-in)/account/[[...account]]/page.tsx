import { Suspense, type ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import type { Metadata } from 'next';
import { Page } from '@/components/layout/page';
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { AccountSection } from '@/features/account/account-section';
import { AccountSkeleton } from '@/features/account/account-skeleton';
import { ProfileEditor } from '@/features/account/profile-editor';
import { ClerkUnavailable } from '@/features/auth/clerk-unavailable';
import { PreferencesSection } from '@/features/preferences/preferences-section';
import { PreferencesSkeleton } from '@/features/preferences/preferences-skeleton';

export const metadata: Metadata = { title: 'Account' };

/** Often enough to show a change made in another window. */
const REFRESH_EVERY_MS = 5_000;

export default async function AccountPage(): Promise<ReactNode> {
  const { userId } = await auth.protect();
  return (
    <Page title="Account" lead="Changes to your Clerk profile reach the local user within seconds.">
      <Card aria-labelledby="local-user">
        <CardHeader>
          <CardTitle id="local-user">Your local user</CardTitle>
          <CardDescription>The current row in the API’s own database.</CardDescription>
        </CardHeader>
        <CardContent>
          <Suspense fallback={<AccountSkeleton />}>
            <AccountSection userId={userId} refreshEveryMs={REFRESH_EVERY_MS} />
          </Suspense>
        </CardContent>
      </Card>
      <Card aria-labelledby="preferences">
        <CardHeader>
          <CardTitle id="preferences">Your preferences</CardTitle>
          <CardDescription>
            Kept by this application, not by Clerk, and erased with your account.
          </CardDescription>
        </CardHeader>
        <CardContent>
          <Suspense fallback={<PreferencesSkeleton />}>
            <PreferencesSection userId={userId} />
          </Suspense>
        </CardContent>
      </Card>
      <ProfileEditor userId={userId} />
      <ClerkUnavailable />
    </Page>
  );
}
