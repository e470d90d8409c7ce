import type { ReactNode } from 'react';
import { Page } from '@/components/layout/page';
import { Card } from '@/components/ui/card';
import { AccountSkeleton } from '@/features/account/account-skeleton';
import { TimelineSkeleton } from '@/features/timeline/timeline-skeleton';

export default function Loading(): ReactNode {
  return (
    <Page title="Loading …">
      <div className="grid gap-6">
        <Card aria-busy>
          <AccountSkeleton />
        </Card>
        <Card aria-busy>
          <TimelineSkeleton />
        </Card>
      </div>
    </Page>
  );
}
