import { startTcpProxy, type TcpProxy } from '@populatte/process-kit';

/**
 * Statements that engines such as CockroachDB and Aurora DSQL lack. They may occur in the body of a
 * created function.
 */
const unsupported =
  /^\s*(?:listen|unlisten|notify)\b|^\s*select\b[^;]*\bpg_notify\b|\bpg_(?:try_)?advisory_(?:lock|unlock)/i;

/**
 * PostgreSQL itself refuses this statement with 0A000 (feature_not_supported), whether parsed alone
 * or with parameters.
 */
const refused = 'select distinct 1 for update';

/** Before the startup message, the client may ask for TLS; such requests have no type. */
const startupVersion = 196_608;

/**
 * A proxy in front of PostgreSQL that removes LISTEN, NOTIFY and session-level advisory locks. It
 * forwards everything except statements that such engines lack, which it replaces by one that the
 * server refuses with 0A000.
 *
 * @param target the address of a PostgreSQL server without TLS
 */
export function withoutNotifications(target: string): Promise<TcpProxy> {
  return startTcpProxy(target, createRewriter);
}

/** @returns a function that rewrites chunks from the client into chunks for the server */
function createRewriter(): (chunk: Buffer) => Buffer {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const out: Buffer[] = [];
    for (;;) {
      const typeLength = started ? 1 : 0;
      if (rest.length < typeLength + 4) break;
      const length = typeLength + rest.readUInt32BE(typeLength);
      if (rest.length < length) break;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      out.push(started ? rewriteMessage(message) : message);
      if (!started) started = message.readUInt32BE(4) === startupVersion;
    }
    return Buffer.concat(out);
  };
}

/** Replaces the statement of a Query (`Q`) or a Parse (`P`), which begins with a name. */
function rewriteMessage(message: Buffer): Buffer {
  const type = String.fromCharCode(message[0] ?? 0);
  if (type !== 'Q' && type !== 'P') return message;
  const start = type === 'Q' ? 5 : message.indexOf(0, 5) + 1;
  const end = message.indexOf(0, start);
  if (!unsupported.test(message.toString('utf8', start, end))) return message;
  const rewritten = Buffer.concat([
    message.subarray(0, start),
    Buffer.from(refused),
    message.subarray(end),
  ]);
  rewritten.writeUInt32BE(rewritten.length - 1, 1);
  return rewritten;
}

/** @returns the statement that removes NOTIFY from the trigger functions of a migrated database */
export const silenceTriggers = `
  do $$
  declare definition text;
  begin
    for definition in
      select pg_get_functiondef(oid) from pg_proc
      where pronamespace = 'public'::regnamespace and prosrc ~ 'pg_notify'
    loop
      execute regexp_replace(definition, 'PERFORM pg_notify\\([^;]*\\);', 'NULL;', 'gi');
    end loop;
  end $$`;
