import { Suspense, type ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import type { Metadata } from 'next';
import { Page } from '@/components/layout/page';
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { AccountSection } from '@/features/account/account-section';
import { AccountSkeleton } from '@/features/account/account-skeleton';

export const metadata: Metadata = { title: 'Dashboard' };

const REFRESH_EVERY_MS = 30_000;

export default async function DashboardPage(): Promise<ReactNode> {
  const { userId } = await auth.protect();
  return (
    <Page title="Dashboard" lead="This is how the API knows you.">
      <Card aria-labelledby="local-user">
        <CardHeader>
          <CardTitle id="local-user">Your local user</CardTitle>
          <CardDescription>
            A row in the API’s own database, created by your first request.
          </CardDescription>
        </CardHeader>
        <CardContent>
          {/* The rest of the page does not wait for the API. */}
          <Suspense fallback={<AccountSkeleton />}>
            <AccountSection userId={userId} refreshEveryMs={REFRESH_EVERY_MS} />
          </Suspense>
        </CardContent>
      </Card>
    </Page>
  );
}
