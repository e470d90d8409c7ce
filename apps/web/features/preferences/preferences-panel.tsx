'use client';

import type { ReactNode } from 'react';
import { ClerkPlaceholder } from '@/features/auth/clerk-boundary';
import { useOwnApi } from '@/lib/api/use-own-api';
import { useLastingError } from '@/lib/query/use-lasting-error';
import { PreferencesForm } from './preferences-form';
import { PreferencesSkeleton } from './preferences-skeleton';
import { usePreferences } from './use-preferences';

/**
 * Shows the form once the preferences and Clerk are loaded: saving needs a token. Only the browser
 * knows its languages and zones, so the server renders the placeholder.
 */
export function PreferencesPanel({ userId }: { readonly userId: string }): ReactNode {
  const { api } = useOwnApi(userId);
  const query = usePreferences(userId);
  const { data } = query;
  const error = useLastingError(query);
  const isReady = api !== null;
  if (isReady && data !== undefined) return <PreferencesForm userId={userId} stored={data} />;
  if (isReady && error !== null) {
    return (
      <p role="status" className="text-muted-foreground text-sm" data-testid="preferences-failure">
        Your preferences cannot be loaded right now. They appear once the server responds.
      </p>
    );
  }
  return (
    <ClerkPlaceholder>
      <PreferencesSkeleton />
    </ClerkPlaceholder>
  );
}
