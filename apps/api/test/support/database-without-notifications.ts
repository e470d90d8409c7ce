import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What engines such as CockroachDB and Aurora DSQL lack. A function that is created may name it. */
const unsupported =
  /^\s*(?:listen|unlisten|notify)\b|^\s*select\b[^;]*\bpg_notify\b|\bpg_(?:try_)?advisory_(?:lock|unlock)/i;

/** PostgreSQL itself refuses it with 0A000 (feature_not_supported), parsed alone or with parameters. */
const refused = 'select distinct 1 for update';

/** Before the startup message the client may ask for TLS; these requests have no type. */
const startupVersion = 196_608;

/** An address of a PostgreSQL that has neither LISTEN and NOTIFY nor advisory locks of a session. */
export interface DatabaseWithoutNotifications {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes everything on, except statements that such engines do not know: the server gets one in their
 * place that it refuses with 0A000.
 *
 * @param target the address of a PostgreSQL without TLS
 */
export async function withoutNotifications(target: string): Promise<DatabaseWithoutNotifications> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    keep(client, upstream);
    keep(upstream, client);
    const rewrite = createRewriter();
    client.on('data', (chunk) => upstream.write(rewrite(chunk)));
    upstream.on('data', (chunk) => client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
