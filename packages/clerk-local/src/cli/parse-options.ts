import { parseArgs } from 'node:util';
import { UsageError } from './command.js';

/** The options of a command line that take a value, such as `--port 4010`. */
export type OptionValues<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/**
 * @param names the options there are; each takes a value
 * @throws {UsageError} for anything else on the command line
 */
export function parseOptions<Name extends string>(
  args: readonly string[],
  names: readonly Name[],
): OptionValues<Name> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const given: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = values[name];
      if (typeof value === 'string') given[name] = value;
    }
    return given;
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
