import { Suspense, type ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import type { Metadata } from 'next';
import { Page } from '@/components/layout/page';
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { DeleteAccount } from '@/features/account/delete-account';
import { ProfileEditor } from '@/features/account/profile-editor';
import { SyncNote } from '@/features/account/sync-note';
import { ClerkBoundary } from '@/features/auth/clerk-boundary';
import { SessionWatcher } from '@/features/auth/session-watcher';
import { PreferencesSection } from '@/features/preferences/preferences-section';
import { PreferencesSkeleton } from '@/features/preferences/preferences-skeleton';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage(): Promise<ReactNode> {
  const { userId } = await auth.protect();
  return (
    <Page title="Account" lead="Changes to your Clerk profile reach the local user within seconds.">
      <SessionWatcher userId={userId} />
      <ClerkBoundary title="Your profile cannot be loaded">
        <div className="flex flex-col gap-4">
          <SyncNote userId={userId} />
          <ProfileEditor userId={userId} />
        </div>
      </ClerkBoundary>
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
      <Card aria-labelledby="deletion">
        <CardHeader>
          <CardTitle id="deletion">Delete account</CardTitle>
          <CardDescription>
            Clerk deletes your account and tells this application, which erases your data in one
            transaction.
          </CardDescription>
        </CardHeader>
        <CardContent className="flex flex-col items-start gap-6">
          <div className="grid w-full gap-5 text-sm sm:grid-cols-2">
            <div className="flex flex-col gap-2">
              <h3 className="font-medium">Erased</h3>
              <ul className="text-muted-foreground flex list-disc flex-col gap-1 pl-5">
                <li>your account at Clerk, with all sessions</li>
                <li>your name, email address and picture here</li>
                <li>your preferences</li>
              </ul>
            </div>
            <div className="flex flex-col gap-2">
              <h3 className="font-medium">Kept</h3>
              <ul className="text-muted-foreground flex list-disc flex-col gap-1 pl-5">
                <li>your ids, so that the account cannot be recreated</li>
                <li>
                  which fields changed when, without their values, until the journal is pruned
                </li>
              </ul>
            </div>
          </div>
          <DeleteAccount userId={userId} />
        </CardContent>
      </Card>
    </Page>
  );
}
