import { parseArgs } from 'node:util';
import type { Environment } from '../server/environment.js';

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

/** The options of a command line that take a value, such as `--port 4010`. */
export type OptionValues<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The options that may be given more than once, such as `--allow-host NAME`. */
export type ListValues<Name extends string> = Readonly<Partial<Record<Name, readonly string[]>>>;

/**
 * @param names the options that are known; each takes one value
 * @param lists further ones, which may be repeated
 * @throws {UsageError} for anything else on the command line
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

/** @throws {UsageError} unless it is a whole number */
export function wholeNumberOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,9}$/.test(value)) {
    return value === undefined ? undefined : Number(value);
  }
  throw new UsageError(`--${name} takes a whole number, not "${value}".`);
}
