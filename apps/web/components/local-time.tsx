'use client';

import type { ReactNode } from 'react';
import { utcTime } from '@/lib/time-ago';
import { useIsHydrated } from '@/lib/use-is-hydrated';

/**
 * Shows a time in the reader's language and time zone. Only the browser knows them, so the server
 * renders UTC.
 */
export function LocalTime({ iso }: { readonly iso: string }): ReactNode {
  const isHydrated = useIsHydrated();
  return <time dateTime={iso}>{isHydrated ? localTime(iso) : utcTime(iso)}</time>;
}

function localTime(iso: string): string {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  return format.format(new Date(iso));
}
