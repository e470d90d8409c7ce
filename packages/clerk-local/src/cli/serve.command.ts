import { once } from 'node:events';
import { startClerkLocal } from '../server/clerk-local.js';
import { type Command, parseOptions, wholeNumberOption } from './command.js';
import { DEFAULT_STATE_PATH } from './running-instance.js';

const DEFAULT_PORT = 4010;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'starts a local Clerk development instance',
  help: `clerk-local serve [options]

Starts a local Clerk development instance and serves until Ctrl-C.

  --port N             ${DEFAULT_PORT} by default; 0 for any that is free
  --host HOST          address to listen on; 127.0.0.1 by default
  --allow-host NAME    a Host to answer to besides localhost; may be repeated
  --state FILE         keys, users and sessions; ${DEFAULT_STATE_PATH} by default
  --webhook-url URL    where webhooks go, such as http://localhost:3001/webhooks/clerk
  --token-lifetime N   seconds; 60 by default`,
  async run(args, { print, report, stop }) {
    const options = parseOptions(
      args,
      ['port', 'host', 'state', 'webhook-url', 'token-lifetime'],
      ['allow-host'],
    );
    const clerk = await startClerkLocal({
      port: wholeNumberOption('port', options.port) ?? DEFAULT_PORT,
      host: options.host,
      allowHosts: options['allow-host'],
      statePath: options.state ?? DEFAULT_STATE_PATH,
      webhookUrl: options['webhook-url'],
      tokenLifetimeSeconds: wholeNumberOption('token-lifetime', options['token-lifetime']),
      log: report,
    });
    print(`clerk-local answers at ${clerk.url}. \`clerk-local env\` prints its keys.`);
    if (!stop.aborted) await once(stop, 'abort');
    await clerk.close();
  },
};
