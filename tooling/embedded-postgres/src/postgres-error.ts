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
