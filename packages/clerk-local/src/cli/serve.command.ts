import { once } from 'node:events';
import { startClerkLocal } from '../server/clerk-local.js';
import { type Command, parseOptions, wholeNumberOption } from './command.js';
import { defaultStatePath } from './running-instance.js';

const defaultPort = 4010;

export const serveCommand: Command = {
  name: 'serve',
  summary: 'starts a local Clerk development instance',
  help: `clerk-local serve [options]

Starts a local Clerk development instance. Stop it with Ctrl-C.

  --port N             default: ${defaultPort}; 0 selects a free port
  --host HOST          address to listen on, default: 127.0.0.1
  --allow-host NAME    host name to serve besides localhost; may be repeated
  --state FILE         file for keys, users and sessions, default: ${defaultStatePath}
  --webhook-url URL    webhook endpoint, such as http://localhost:3001/webhooks/clerk
  --token-lifetime N   lifetime of session tokens in seconds, default: 60`,
  async run(args, { print, report, stop }) {
    const options = parseOptions(
      args,
      ['port', 'host', 'state', 'webhook-url', 'token-lifetime'],
      ['allow-host'],
    );
    const clerk = await startClerkLocal({
      port: wholeNumberOption('port', options.port) ?? defaultPort,
      host: options.host,
      allowHosts: options['allow-host'],
      statePath: options.state ?? defaultStatePath,
      webhookUrl: options['webhook-url'],
      tokenLifetimeSeconds: wholeNumberOption('token-lifetime', options['token-lifetime']),
      log: report,
    });
    print(`clerk-local is listening on ${clerk.url}. Run \`clerk-local env\` to print its keys.`);
    if (!stop.aborted) await once(stop, 'abort');
    await clerk.close();
  },
};
