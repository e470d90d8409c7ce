import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { defaultSessionTokenClaims } from '@populatte/clerk-local';
import type { EmbeddedPostgres } from '@populatte/embedded-postgres';
import { Client } from 'pg';
import { addresses, portOf } from './addresses';
import type { Api } from './api';
import type { TestClerk } from './clerk';
import type { Web } from './web';
import { commandSchema, type Command, type LocalRow } from './commands';

export interface Controlled extends TestClerk {
  readonly api: Api;
  readonly web: Web;
  readonly postgres: EmbeddedPostgres;
}

/**
 * Receives commands from tests, which run in other processes on this machine.
 *
 * @returns a function that closes the server
 */
export async function serveControl(stack: Controlled): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    obey(stack, request).then(
      (result) => response.writeHead(200).end(JSON.stringify(result ?? null)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(portOf(addresses.control), '127.0.0.1');
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function obey(stack: Controlled, request: IncomingMessage): Promise<unknown> {
  const { api, web, postgres, clerk } = stack;
  const command: Command = commandSchema.parse(JSON.parse(await text(request)));
  switch (command.do) {
    case 'stop API':
      return api.stop();
    case 'start API':
      return api.start();
    case 'pause API':
      api.pause();
      return;
    case 'resume API':
      api.resume();
      return;
    case 'stop database':
      return postgres.stop();
    case 'start database':
      return postgres.restart();
    case 'create user':
      return { id: (await clerk.users.ensure(command.user)).id };
    case 'rename user':
      return clerk.users.update(command.userId, { first_name: command.firstName });
    case 'deliver webhooks':
      clerk.webhooks.setMode({ drop: !command.deliver });
      return;
    case 'delete user':
      return clerk.users.delete(command.userId);
    case 'set token lifetime':
      clerk.setTokenLifetime(command.seconds);
      return;
    case 'set token claims':
      clerk.setSessionTokenClaims(command.profile ? defaultSessionTokenClaims : {});
      return;
    case 'set clock offset':
      stack.setClockOffset(command.seconds);
      return;
    case 'create token': {
      const { userId, sessionId, origin } = command;
      return { token: await clerk.sessionToken({ userId, sessionId, origin }) };
    }
    case 'read API log':
      return { log: api.log() };
    case 'read web log':
      return { log: web.log() };
    case 'measure web heap':
      return { bytes: await web.measureHeap() };
    case 'find rows':
      return findRows(postgres.url, command.email);
  }
}

async function findRows(url: string, email: string): Promise<LocalRow[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<LocalRow>(
      'select id, clerk_id as "clerkId", email, name from users where email = $1',
      [email],
    );
    return rows;
  } finally {
    await client.end();
  }
}
