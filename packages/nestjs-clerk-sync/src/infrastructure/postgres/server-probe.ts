import { z } from 'zod';
import { isDatabaseError } from './database-error.js';

const serverState = z.object({
  /**
   * When this server process started, in seconds since the epoch, as text to the microsecond. It
   * differs for a standby, a clone and a restarted server.
   */
  startedAt: z.string(),
  /** Equal for a primary and its standbys; null if the role may not read it. */
  systemId: z.string().nullable(),
  /** Whether this is a standby, which accepts no writes and delivers no notifications. */
  isInRecovery: z.boolean(),
  /** Whether transactions of this connection may not write, by default or because of recovery. */
  isReadOnly: z.boolean(),
  /** Whether `session_replication_role` disables triggers and foreign keys on this connection. */
  isReplica: z.boolean(),
});

/** The state of the server that a connection reaches. */
export type ServerState = z.infer<typeof serverState>;

/** Runs a statement on some connection. */
export type RunQuery = (text: string) => Promise<{ rows: unknown[] }>;

/** Any role may run it, and no setting changes the result's text. */
const columns = `
  extract(epoch from pg_postmaster_start_time())::text as "startedAt",
  pg_is_in_recovery() as "isInRecovery",
  current_setting('transaction_read_only') = 'on' as "isReadOnly",
  current_setting('session_replication_role') = 'replica' as "isReplica"`;

const withSystemId = `select system_identifier::text as "systemId", ${columns} from pg_control_system()`;
const withoutSystemId = `select null as "systemId", ${columns}`;

/** SQLSTATEs of servers that reserve or lack `pg_control_system()`: permission denied, no such function. */
const systemIdRefused = new Set(['42501', '42883']);

/**
 * Identifies the server that a connection reaches. Omits the system identifier if the role may not
 * read it.
 */
export class ServerProbe {
  private text = withSystemId;

  /** @param run a connection, or a pool of them */
  constructor(private readonly run: RunQuery) {}

  /** @throws the driver's error when the server does not answer */
  async read(): Promise<ServerState> {
    try {
      return await this.ask();
    } catch (cause) {
      if (!(isDatabaseError(cause) && systemIdRefused.has(cause.code ?? ''))) throw cause;
      this.text = withoutSystemId;
      return this.ask();
    }
  }

  private async ask(): Promise<ServerState> {
    const { rows } = await this.run(this.text);
    return serverState.parse(rows[0]);
  }
}

/** @returns whether two connections reach the same running server, in the same state of recovery */
export function isSameServer(one: ServerState, other: ServerState): boolean {
  return (
    one.startedAt === other.startedAt &&
    one.isInRecovery === other.isInRecovery &&
    (one.systemId === null || other.systemId === null || one.systemId === other.systemId)
  );
}
