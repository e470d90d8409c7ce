import type { ReactNode } from 'react';
import { Page } from '@/components/layout/page';
import { Card } from '@/components/ui/card';
import { AccountSkeleton } from '@/features/account/account-skeleton';

export default function Loading(): ReactNode {
  return (
    <Page title="Loading …">
      <Card aria-busy>
        <AccountSkeleton />
      </Card>
    </Page>
  );
}
