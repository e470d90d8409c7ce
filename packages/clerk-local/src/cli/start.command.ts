import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { InvalidOptionError } from '../domain/shared/clerk-local-error.js';
import { allFeatures, type Feature } from '../domain/shared/features.js';
import { generateSigningKey } from '../domain/state/signing-key.js';
import { environmentOf, type EnvironmentKind } from '../server/environment-kinds.js';
import {
  type Command,
  type CommandContext,
  parseOptions,
  UsageError,
  wholeNumberOption,
} from './command.js';
import {
  environmentLines,
  environmentKindOption,
  environmentKindsHelp,
} from './environment-lines.js';
import { dataFolderHelp, prepareStateFile } from './data-folder.js';

const defaultPort = 4010;
const defaultHost = '127.0.0.1';

const valueOptions = [
  'port',
  'host',
  'data',
  'state',
  'env',
  'seed',
  'id-seed',
  'clock',
  'inspect',
  'webhook-url',
  'token-lifetime',
] as const;

type StartOptions = Readonly<Partial<Record<(typeof valueOptions)[number], string>>> & {
  readonly 'allow-host'?: readonly string[];
  readonly enable?: readonly string[];
};

/** The default command: its options work without its name too. */
export const startCommand: Command = {
  name: 'serve',
  summary: 'starts a local Clerk development instance (the default)',
  help: `clerk-local serve [options], or clerk-local [options]

Starts a local Clerk development instance and prints the variables of an application as NAME=value
lines. Stop it with Ctrl-C.

  --port N             default: ${defaultPort}; 0 selects a free port
  --host HOST          address to listen on, default: 127.0.0.1
  --allow-host NAME    host name to serve besides localhost; may be repeated
${dataFolderHelp}
  --env KIND           prints the variables for ${environmentKindsHelp}, and exits
  --seed FILE          YAML or JSON file with users, organizations, webhooks and session claims
  --id-seed N          creates the same ids at every start, except credentials
  --clock ISO          fixes the times of users and other objects, such as 2030-01-01T00:00:00Z
  --webhook-url URL    webhook endpoint, such as http://localhost:3001/webhooks/clerk
  --enable FEATURE     multi_session, username, phone_number, email_link, passkey, trusted_device,
                       reverification, waitlist, organization_required, refresh_cookie,
                       oauth_PROVIDER such as oauth_google, or web3_WALLET such as
                       web3_metamask; may be repeated
  --inspect URL        the application's own row of a user as JSON, for the console; ?user_id= is
                       added, or replaces {user_id}; must have no side effects
  --token-lifetime N   lifetime of session tokens in seconds, default: 60`,
  async run(args, context) {
    const options: StartOptions = parseOptions(args, valueOptions, ['allow-host', 'enable']);
    const kind = environmentKindOption(options.env);
    if (options.data !== undefined && options.state !== undefined) {
      throw new UsageError('Use --data DIR or --state FILE, not both.');
    }
    await (kind === undefined ? start(options, context) : printEnvironment(kind, options, context));
  },
};

async function start(options: StartOptions, context: CommandContext): Promise<void> {
  const { print, report, stop } = context;
  const statePath = await prepareStateFile(options);
  // Runs the two slowest parts of a start concurrently: generating a key, on separate threads, and
  // loading the server's modules.
  const newKey = existsSync(statePath) ? undefined : generateSigningKey();
  const { startWithKey } = await import('../server/clerk-local.js');
  const clerkOptions = {
    port: wholeNumberOption('port', options.port) ?? defaultPort,
    host: options.host,
    allowHosts: options['allow-host'],
    statePath,
    webhookUrl: options['webhook-url'],
    tokenLifetimeSeconds: wholeNumberOption('token-lifetime', options['token-lifetime']),
    seed: options.seed,
    enable: options.enable?.map(featureOption),
    inspect: options.inspect,
    idSeed: wholeNumberOption('id-seed', options['id-seed']),
    clock: options.clock,
    log: report,
  };
  const clerk = await startWithKey(clerkOptions, () => newKey ?? generateSigningKey()).catch(
    (error: unknown) => {
      throw error instanceof InvalidOptionError ? usageError(error) : error;
    },
  );
  for (const line of environmentLines(clerk.environment)) print(line);
  report(`clerk-local is listening on ${clerk.url}. Stop it with Ctrl-C.`);
  if (!stop.aborted) await once(stop, 'abort');
  await clerk.close();
}

/** The options of `startClerkLocal` that have another name on the command line. */
const renamedOptions: Readonly<Record<string, string>> = {
  allowHosts: 'allow-host',
  idSeed: 'id-seed',
  tokenLifetimeSeconds: 'token-lifetime',
  webhookUrl: 'webhook-url',
};

function usageError({ option, problem }: InvalidOptionError): UsageError {
  return new UsageError(`--${renamedOptions[option] ?? option} is not valid: ${problem}.`);
}

function featureOption(value: string): Feature {
  const feature = allFeatures.find((each) => each === value);
  if (feature !== undefined) return feature;
  throw new UsageError(`--enable must be one of ${allFeatures.join(', ')}, not "${value}".`);
}

/** Creates the keys if the data folder has none, so that the next start uses the printed keys. */
async function printEnvironment(
  kind: EnvironmentKind,
  options: StartOptions,
  { print, environment }: CommandContext,
): Promise<void> {
  const [{ refuseProduction }, { storedInstance }] = await Promise.all([
    import('../server/options.js'),
    import('../server/stored-instance.js'),
  ]);
  const { production, liveKeys } = environment;
  refuseProduction({ production, liveKeys, publishableKey: undefined, secretKey: undefined });
  const port = wholeNumberOption('port', options.port);
  const instance = await storedInstance({
    statePath: await prepareStateFile(options),
    port: port ?? defaultPort,
    host: options.host ?? defaultHost,
    isExplicit: port !== undefined || options.host !== undefined,
  });
  for (const line of environmentLines(environmentOf(kind, instance))) print(line);
}
