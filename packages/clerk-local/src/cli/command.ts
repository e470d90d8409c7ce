import type { Environment } from '../environment.js';

/** What a command has of the outside. */
export interface CommandContext {
  readonly environment: Environment;
  /** For what was asked for, and nothing else: so that it can be piped. */
  readonly print: (line: string) => void;
  /** For progress and errors. */
  readonly report: (line: string) => void;
  /** Aborted when the user ends the command (Ctrl-C). */
  readonly stop: AbortSignal;
}

/** One of the commands of `clerk-local`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole of `--help`. */
  readonly help: string;
  /** @throws what `main` reports; nothing of it reaches the user as a stack */
  readonly run: (args: readonly string[], context: CommandContext) => Promise<void>;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
