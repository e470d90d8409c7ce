import { ClerkLocalError } from '../domain/shared/clerk-local-error.js';
import { readEnvironment } from '../server/environment.js';
import { UsageError, type Command, type CommandContext } from './command.js';
import { envCommand } from './env.command.js';
import { startCommand } from './start.command.js';
import { tokenCommand } from './token.command.js';
import { usersCommand } from './users.command.js';

const commands: readonly Command[] = [startCommand, tokenCommand, usersCommand, envCommand];

const help = `clerk-local: a local Clerk development instance

${commands.map(({ name, summary }) => `  clerk-local ${name.padEnd(6)} ${summary}`).join('\n')}

Without a command, \`clerk-local\` starts the instance. Run \`clerk-local COMMAND --help\` for details. For development and tests, never in production.`;

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
  const name = isNamed ? first : startCommand.name;
  const rest = isNamed ? args.slice(1) : args;
  const command = commands.find((candidate) => candidate.name === name);
  const wantsHelp = args.some((argument) => argument === '--help' || argument === '-h');
  if (wantsHelp || name === 'help') {
    context.print(isNamed ? (command?.help ?? help) : `${help}\n\n${startCommand.help}`);
    return 0;
  }
  if (!command) {
    context.report(`Unknown command "${name}".\n\n${help}`);
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
