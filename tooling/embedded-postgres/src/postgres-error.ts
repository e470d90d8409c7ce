/** The embedded PostgreSQL is not available. The message says why and what to do next. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Another program listens on the port that was given for the server. */
export class PostgresPortTakenError extends EmbeddedPostgresError {
  constructor(readonly port: number) {
    super(
      `Port ${port} on 127.0.0.1, for PostgreSQL, is used by another program. ` +
        'Stop it, or choose another port.',
    );
  }
}

/** @returns whether a start failed because the disk is full, according to Node.js or PostgreSQL's output */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isFull = 'code' in error && error.code === 'ENOSPC';
  return isFull || error.message.includes('No space left on device') || isDiskFull(error.cause);
}

/** @returns whether the server refused its own superuser: the role does not exist, or the password is wrong */
export function isLoginRefused(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}

/** @returns the error of a start on data that was created under another name, with the fix */
export function foreignData(dataDir: string, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The data in ${dataDir} has another role or password (${cause.message}). ` +
      'To start with an empty database, delete the folder.',
    { cause },
  );
}

/** @returns the error of a start on a full disk, with the fix */
export function diskFull(dataDir: string, cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The disk is full, so PostgreSQL cannot start on ${dataDir}. Free some space and start again.`,
    { cause },
  );
}
