'use client';

import { useState } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';

/**
 * The error of a query, kept while the query is fetched again. TanStack Query would forget it if there are
 * no data, and the page would alternate between a message and a placeholder.
 */
export function useLastingError({
  data,
  error,
  isFetching,
}: Pick<UseQueryResult, 'data' | 'error' | 'isFetching'>): Error | null {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  return error ?? (data === undefined && isFetching ? last : null);
}
