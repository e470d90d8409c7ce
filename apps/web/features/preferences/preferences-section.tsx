import type { ReactNode } from 'react';
import { Prefetched } from '@/lib/query/prefetched';
import { preferencesQuery } from './preferences.query';
import { PreferencesPanel } from './preferences-panel';

/** The user's preferences, loaded on the server. */
export function PreferencesSection({ userId }: { readonly userId: string }): ReactNode {
  return (
    <Prefetched query={(api) => preferencesQuery(userId, api)}>
      {() => <PreferencesPanel userId={userId} />}
    </Prefetched>
  );
}
