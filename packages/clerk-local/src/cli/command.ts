import { parseArgs } from 'node:util';
import type { Environment } from '../server/environment.js';

/** The process as a command sees it. */
export interface CommandContext {
  readonly environment: Environment;
  /** Prints a line of the result to standard output, so that it can be piped. */
  readonly print: (line: string) => void;
  /** Prints progress and errors to standard error. */
  readonly report: (line: string) => void;
  /** Aborted when the user ends the command (Ctrl-C). */
  readonly stop: AbortSignal;
}

/** A command of `clerk-local`. */
export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** The output of `--help`. */
  readonly help: string;
  /** @throws {UsageError | ClerkLocalError} reported by `main` without a stack trace */
  readonly run: (args: readonly string[], context: CommandContext) => Promise<void>;
}

/** Thrown for an invalid command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Options with a value, such as `--port 4010`. */
export type OptionValues<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** Options that may be repeated, such as `--allow-host NAME`. */
export type ListValues<Name extends string> = Readonly<Partial<Record<Name, readonly string[]>>>;

/**
 * Parses the options of a command.
 *
 * @param names options that take one value
 * @param lists options that may be repeated
 * @throws {UsageError} for an unknown option or argument
 */
export function parseOptions<Name extends string, List extends string = never>(
  args: readonly string[],
  names: readonly Name[],
  lists: readonly List[] = [],
): OptionValues<Name> & ListValues<List> {
  try {
    const options = Object.fromEntries(
      [...names, ...lists].map((name) => {
        const multiple = lists.some((list) => list === name);
        return [name, { type: 'string' as const, multiple }];
      }),
    );
    const parsed: Readonly<Record<string, unknown>> = parseArgs({
      args: [...args],
      options,
      strict: true,
    }).values;
    const single: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = parsed[name];
      if (typeof value === 'string') single[name] = value;
    }
    const repeated: Partial<Record<List, readonly string[]>> = {};
    for (const name of lists) {
      const values = parsed[name];
      if (Array.isArray(values)) repeated[name] = values.map(String);
    }
    return { ...single, ...repeated };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * Parses an option that is a whole number.
 *
 * @throws {UsageError}
 */
export function wholeNumberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,9}$/.test(value)) {
    return value === undefined ? undefined : Number(value);
  }
  throw new UsageError(`--${name} must be a whole number, not "${value}".`);
}
