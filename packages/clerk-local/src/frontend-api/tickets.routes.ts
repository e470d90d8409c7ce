import { Hono } from 'hono';
import { z } from 'zod';
import type { Tickets } from '../domain/objects/tickets.js';
import type { Clients } from '../domain/sessions/clients.js';
import { parseQuery } from '../http/request.js';
import type { ClientSessions } from './client-sessions.js';
import { requireLocal, withHandshake, type HandshakeRoutesOptions } from './handshake.routes.js';

const ticketSchema = z.object({ ticket: z.string() });
const links = ['actor_token', 'invitation', 'organization_invitation', 'sign_in_token'] as const;

/**
 * `GET /v1/tickets/accept`: the link of an invitation or a token. It redirects to the page of the
 * ticket.
 */
export function acceptTicketRoutes(tickets: Tickets): Hono {
  const routes = new Hono();
  routes.get('/accept', (context) => {
    const { ticket } = parseQuery(context, ticketSchema);
    context.header('cache-control', 'no-store');
    return context.redirect(tickets.pageOf(tickets.find(links, ticket)), 303);
  });
  return routes;
}

export interface AgentTasksRoutesOptions extends HandshakeRoutesOptions {
  readonly tickets: Tickets;
  readonly clients: Clients;
  readonly clientSessions: ClientSessions;
}

/**
 * `GET /v1/agents/tasks`: the link of an agent task. Signs in a new browser and redirects to the
 * task's page with a handshake, which sets the cookies.
 */
export function followAgentTaskRoutes(options: AgentTasksRoutesOptions): Hono {
  const { tickets, clients, clientSessions } = options;
  const routes = new Hono();
  routes.get('/tasks', async (context) => {
    const { ticket } = parseQuery(context, ticketSchema);
    const task = tickets.find(['agent_task'], ticket);
    const target = requireLocal(String(task['_redirect_url']));
    await tickets.accept(task);
    const client = await clients.create();
    await clientSessions.start(client, String(task['user_id']));
    const signedIn = clients.require(client.devBrowser);
    context.header('cache-control', 'no-store');
    return context.redirect(await withHandshake(target, signedIn, options), 307);
  });
  return routes;
}
