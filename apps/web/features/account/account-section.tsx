import type { ReactNode } from 'react';
import { TimeoutError } from '@populatte/api-client';
import { Prefetched } from '@/lib/query/prefetched';
import { AccountPanel } from './account-panel';
import { currentUserQuery } from './current-user.query';

/** The local user, loaded on the server. */
export function AccountSection({ userId }: { readonly userId: string }): ReactNode {
  return (
    <Prefetched query={(api) => currentUserQuery(userId, api)}>
      {(error) => <AccountPanel userId={userId} isSlow={error instanceof TimeoutError} />}
    </Prefetched>
  );
}
