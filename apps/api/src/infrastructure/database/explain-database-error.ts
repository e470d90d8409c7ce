import pg from 'pg';
import {
  isConnectionLimit,
  isStatementMode,
  rootCause,
  writeObstacles,
} from '@populatte/nestjs-clerk-sync/internal';
import { DatabaseUnsupportedError } from './database-support.js';

/**
 * The reason why the database cannot be used. Neither text contains a secret, host name, parameter
 * or data.
 */
export interface DatabaseExplanation {
  /** The problem; readiness shows it to anyone. */
  readonly problem: string;
  /** The fix, for operators; may contain SQL. */
  readonly fix: string;
}

const startServer = 'Check host and port in DATABASE_URL, and that PostgreSQL is running.';
const retried = 'The API retries; act only if this persists.';

const encoding: DatabaseExplanation = {
  problem: 'The database’s encoding cannot store this text; it must be UTF8.',
  fix: "Create a database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, copy the data with pg_dump, and point DATABASE_URL at it.",
};

/** SQLSTATEs (PostgreSQL, appendix A) with a specific fix. */
const byState: Readonly<Record<string, DatabaseExplanation>> = {
  '22021': encoding,
  '22P05': encoding,
  ...writeObstacles,
  '28000': {
    problem: 'The database server refuses this role, host or encryption.',
    fix: 'Check the role in DATABASE_URL and the server’s pg_hba.conf. If it requires encryption, add ?sslmode=verify-full (docs/operations/database.md lists the modes).',
  },
  '28P01': {
    problem: 'The database server refuses the password.',
    fix: 'Check user and password in DATABASE_URL. Special characters must be percent-encoded: # is %23, / is %2F, ? is %3F, @ is %40, % is %25.',
  },
  '3D000': {
    problem: 'The database does not exist.',
    fix: 'Create it with CREATE DATABASE, or correct the name in DATABASE_URL.',
  },
  '3F000': {
    problem: 'The role’s search_path names no existing schema.',
    fix: 'Create the schema, or set search_path for the role or the database.',
  },
  '42501': {
    problem: 'Permission denied: the database role lacks a privilege.',
    fix: 'Grant it (GRANT CREATE ON DATABASE … TO …; GRANT USAGE, CREATE ON SCHEMA public TO …), set DATABASE_DIRECT_URL to a role that may apply migrations, or apply them elsewhere and set DATABASE_MIGRATE=false.',
  },
  '42703': {
    problem: 'The table `users` lacks a column.',
    fix: 'It belongs to another application, or a migration is missing. Apply the migrations, or use a database or schema without another `users` table.',
  },
  '42P01': {
    problem: 'The table `users` does not exist.',
    fix: 'The migrations have not been applied. Set DATABASE_MIGRATE=true, or apply them elsewhere.',
  },
  '42P07': {
    problem:
      'A table that a migration creates already exists: most likely another application’s `users`.',
    fix: 'Use a separate database or schema (ALTER ROLE … SET search_path), or rename that table.',
  },
  '42704': {
    problem:
      'The database lacks an object that a migration needs: most likely the language plpgsql.',
    fix: 'Run CREATE EXTENSION plpgsql as a superuser.',
  },
  '42710': {
    problem:
      'An object that a migration creates already exists: most likely it belongs to another application.',
    fix: 'Use a separate database or schema (ALTER ROLE … SET search_path), or rename the existing object.',
  },
  '53300': {
    problem: 'The database server or pooler has no connection left for this role.',
    fix: 'Raise max_connections, the role’s CONNECTION LIMIT or the pooler’s limit of clients, or lower DATABASE_POOL_SIZE.',
  },
  '53400': {
    problem:
      'A limit of the database server, role or database was exceeded, such as temp_file_limit.',
    fix: 'PostgreSQL’s message names it: raise it for the role (ALTER ROLE … SET).',
  },
  '55P03': {
    problem: 'A lock was not granted in time: another transaction holds it.',
    fix: 'Look for long transactions in pg_stat_activity.',
  },
  '57014': {
    problem: 'The database cancelled a statement: it took too long.',
    fix: 'Look for locks and long transactions in pg_stat_activity, and for a short statement_timeout of the role or the database.',
  },
  '57P03': { problem: 'The database server is starting up or shutting down.', fix: retried },
};

const statementMode: DatabaseExplanation = {
  problem: 'The pooler of the database is in statement mode, which allows no transactions.',
  fix: 'Set PgBouncer’s pool_mode to transaction or session, or use a URL that reaches PostgreSQL itself.',
};

const unreachable: DatabaseExplanation = {
  problem: 'The database is not responding.',
  fix: startServer,
};

/** Node's codes for sockets and names (errno). */
const byCode: Readonly<Record<string, DatabaseExplanation>> = {
  ECONNREFUSED: { problem: 'Nothing is listening at the database’s address.', fix: startServer },
  ENOENT: {
    problem: 'The database’s socket or certificate file does not exist.',
    fix: 'Check `host` (a directory), sslrootcert, sslcert and sslkey in DATABASE_URL, and that PostgreSQL is running.',
  },
  ENOTFOUND: {
    problem: 'The database’s host name does not resolve.',
    fix: 'Check the host in DATABASE_URL.',
  },
  EAI_AGAIN: {
    problem: 'The database’s host name does not resolve at the moment.',
    fix: 'Check DNS.',
  },
  ETIMEDOUT: {
    problem: 'The database’s address is not responding.',
    fix: 'Check host, port and the firewalls in between.',
  },
  EHOSTUNREACH: { problem: 'The database’s host cannot be reached.', fix: 'Check the network.' },
  ENETUNREACH: { problem: 'The database’s network cannot be reached.', fix: 'Check the network.' },
  EACCES: {
    problem: 'This process is not allowed to open the database’s socket.',
    fix: 'Check the permissions of the socket and its directory.',
  },
};

/** OpenSSL's verification results as Node names them (Node, “X509 certificate error codes”). */
const certificateCode =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|HOSTNAME_MISMATCH|ERR_SSL_\w+|ERR_OSSL_\w+)$/;

/**
 * Explains why the database cannot be used.
 *
 * @param error from the driver or a check
 */
export function explainDatabaseError(error: unknown): DatabaseExplanation {
  const cause = rootCause(error);
  if (cause instanceof DatabaseUnsupportedError) return cause;
  const code = codeOf(cause);
  if (isStatementMode(cause)) return statementMode;
  if (cause instanceof pg.DatabaseError) {
    // Poolers use other codes for it.
    return explainState(isConnectionLimit(cause) ? '53300' : (code ?? 'unknown'));
  }
  if (code !== undefined && certificateCode.test(code)) {
    return {
      problem: 'The database server’s certificate was not accepted.',
      fix: `The check failed with ${code}. Name the authority with ?sslmode=verify-full&sslrootcert=FILE, or accept any certificate with ?sslmode=no-verify (docs/operations/database.md lists the modes).`,
    };
  }
  if (cause instanceof Error && cause.message.includes('does not support SSL')) {
    return {
      problem: 'The database server does not support encryption, but DATABASE_URL requires it.',
      fix: 'Set ssl = on on the server, or use ?sslmode=disable on a trusted network.',
    };
  }
  if (cause instanceof Error && /password must be a (?:non-empty )?string/.test(cause.message)) {
    return {
      problem: 'The database server requires a password, but none is set.',
      fix: 'Write it after the user’s name and a colon in DATABASE_URL, percent-encoded.',
    };
  }
  return byCode[code ?? ''] ?? unreachable;
}

/** @param state a SQLSTATE */
function explainState(state: string): DatabaseExplanation {
  return (
    byState[state] ?? {
      problem: 'The database refused a statement.',
      fix: `Look up SQLSTATE ${state} in PostgreSQL’s manual, appendix A.`,
    }
  );
}

/** @returns the explanation as one text for a log line, with the code to search for */
export function describeDatabaseError(error: unknown): string {
  const { problem, fix } = explainDatabaseError(error);
  const code = codeOf(rootCause(error));
  return `${problem} ${fix}${code === undefined ? '' : ` (${code})`}`;
}

function codeOf(cause: unknown): string | undefined {
  if (cause instanceof AggregateError) return codeOf(cause.errors[0]);
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : undefined;
}
