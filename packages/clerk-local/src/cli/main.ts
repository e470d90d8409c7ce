import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { readEnvironment } from '../server/environment.js';
import { UsageError, type Command, type CommandContext } from './command.js';
import { startCommand } from './start.command.js';

/** The commands by name. The server's command is already loaded; the others are loaded on use. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => Promise.resolve(startCommand),
  token: async () => (await import('./token.command.js')).tokenCommand,
  users: async () => (await import('./users.command.js')).usersCommand,
  env: async () => (await import('./env.command.js')).envCommand,
};

async function generalHelp(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return `clerk-local: a local Clerk development instance

${all.map(({ name, summary }) => `  clerk-local ${name.padEnd(6)} ${summary}`).join('\n')}

Without a command, \`clerk-local\` starts the instance. Run \`clerk-local COMMAND --help\` for details. For development and tests, never in production.`;
}

/** 0: success. 1: failure. 2: invalid command line. */
export type ExitCode = 0 | 1 | 2;

/**
 * Runs a command line and reports errors.
 *
 * @param args without the program name
 */
export async function main(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [first] = args;
  const isNamed = first !== undefined && !first.startsWith('-');
  const rest = isNamed ? args.slice(1) : args;
  // `help token` is `token --help`.
  const name = first === 'help' ? (rest[0] ?? first) : isNamed ? first : startCommand.name;
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
  const wantsHelp = args.some((argument) => argument === '--help' || argument === '-h');
  if (wantsHelp || first === 'help') {
    const help = isNamed ? command?.help : `${await generalHelp()}\n\n${startCommand.help}`;
    context.print(help ?? (await generalHelp()));
    return 0;
  }
  if (!command) {
    context.report(`Unknown command "${name}".\n\n${await generalHelp()}`);
    return 2;
  }
  try {
    await command.run(rest, context);
    return 0;
  } catch (error) {
    return report(error, command, context);
  }
}

function report(error: unknown, command: Command, context: CommandContext): ExitCode {
  if (error instanceof UsageError) {
    context.report(`${error.message}\nSee \`clerk-local ${command.name} --help\`.`);
    return 2;
  }
  if (error instanceof ClerkLocalError) context.report(error.message);
  else context.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/**
 * Creates the context of this process. SIGINT and SIGTERM stop the command. A second signal kills
 * the process.
 */
export function processContext(): CommandContext {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return {
    environment: readEnvironment(),
    print: (line) => process.stdout.write(`${line}\n`),
    report: (line) => process.stderr.write(`${line}\n`),
    stop: stop.signal,
  };
}
