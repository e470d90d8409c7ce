import pg from 'pg';

/**
 * Whether PostgreSQL, or a pooler, reported the error, rather than the driver. Another copy of
 * `pg`, `pg.native` and drivers with the same interface have their own error classes.
 */
export function isDatabaseError(error: unknown): error is Error & { readonly code?: string } {
  if (error instanceof pg.DatabaseError) return true;
  return (
    error instanceof Error &&
    'severity' in error &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
