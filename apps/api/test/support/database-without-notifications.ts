import { startTcpProxy, type TcpProxy } from '@populatte/process-kit';

/** What engines such as CockroachDB and Aurora DSQL lack. A function that is created may name it. */
const unsupported =
  /^\s*(?:listen|unlisten|notify)\b|^\s*select\b[^;]*\bpg_notify\b|\bpg_(?:try_)?advisory_(?:lock|unlock)/i;

/** PostgreSQL itself refuses it with 0A000 (feature_not_supported), parsed alone or with parameters. */
const refused = 'select distinct 1 for update';

/** Before the startup message the client may ask for TLS; these requests have no type. */
const startupVersion = 196_608;

/**
 * A proxy before a PostgreSQL, which then has neither LISTEN and NOTIFY nor advisory locks of a session.
 * It passes everything on, except statements that such engines do not know: the server gets one in their
 * place that it refuses with 0A000.
 *
 * @param target the address of a PostgreSQL without TLS
 */
export function withoutNotifications(target: string): Promise<TcpProxy> {
  return startTcpProxy(target, createRewriter);
}

/** @returns a function that takes what a client sends, in pieces, and returns what the server gets */
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

/** @returns the statement that takes NOTIFY out of the triggers' functions of a migrated database */
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
