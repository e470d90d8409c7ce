'use client';

import { useSyncExternalStore, type ReactNode } from 'react';

const never = (): (() => void) => () => undefined;

/**
 * A moment in the reader's own language and time zone, which only the browser knows: until it has
 * taken over, in UTC.
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
