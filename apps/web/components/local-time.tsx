'use client';

import { useSyncExternalStore, type ReactNode } from 'react';

const never = (): (() => void) => () => undefined;

/**
 * Shows a time in the reader's language and time zone. Only the browser knows them, so the server
 * renders UTC.
 */
export function LocalTime({ iso }: { readonly iso: string }): ReactNode {
  const text = useSyncExternalStore(
    never,
    () =>
      new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(
        new Date(iso),
      ),
    () => `${iso.slice(0, 19).replace('T', ' ')} UTC`,
  );
  return <time dateTime={iso}>{text}</time>;
}
