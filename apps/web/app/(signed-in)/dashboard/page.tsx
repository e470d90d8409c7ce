import { Suspense, type ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import type { Metadata } from 'next';
import { Page } from '@/components/layout/page';
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { AccountSection } from '@/features/account/account-section';
import { AccountSkeleton } from '@/features/account/account-skeleton';
import { ClerkBoundary } from '@/features/auth/clerk-boundary';
import { SessionWatcher } from '@/features/auth/session-watcher';
import { SessionState } from '@/features/session/session-state';
import { TimelineSection } from '@/features/timeline/timeline-section';
import { TimelineSkeleton } from '@/features/timeline/timeline-skeleton';

export const metadata: Metadata = { title: 'Dashboard' };

export default async function DashboardPage(): Promise<ReactNode> {
  const { userId } = await auth.protect();
  return (
    <Page
      title="Dashboard"
      lead="This is how the API knows you, and how it stays in sync with Clerk."
    >
      <SessionWatcher userId={userId} />
      <div className="grid gap-6 lg:grid-cols-2">
        <Card aria-labelledby="local-user">
          <CardHeader>
            <CardTitle id="local-user">Your local user</CardTitle>
            <CardDescription>Your row in the API’s own database.</CardDescription>
          </CardHeader>
          <CardContent>
            {/* The rest of the page does not wait for the API. */}
            <Suspense fallback={<AccountSkeleton />}>
              <AccountSection userId={userId} />
            </Suspense>
          </CardContent>
        </Card>
        <Card aria-labelledby="session">
          <CardHeader>
            <CardTitle id="session">Your session</CardTitle>
            <CardDescription>It proves to the API that a request is yours.</CardDescription>
          </CardHeader>
          <CardContent>
            <ClerkBoundary title="Your session cannot be loaded">
              <SessionState userId={userId} />
            </ClerkBoundary>
          </CardContent>
        </Card>
        <Card aria-labelledby="timeline" className="lg:col-span-2">
          <CardHeader>
            <CardTitle id="timeline">Timeline</CardTitle>
            <CardDescription>
              Every change to your row, and its source. Change your name on the account page and
              watch it arrive.
            </CardDescription>
          </CardHeader>
          <CardContent>
            <Suspense fallback={<TimelineSkeleton />}>
              <TimelineSection userId={userId} />
            </Suspense>
          </CardContent>
        </Card>
      </div>
    </Page>
  );
}
