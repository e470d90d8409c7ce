import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The effects of a command on its environment, all of which tests replace. */
export interface Console {
  /** Results: one text, without the final line break. */
  print(text: string): void;
  /** Progress and warnings, on standard error. */
  note(text: string): void;
  /** Replaces the current line of a terminal; undefined without one. */
  readonly redraw: ((text: string) => void) | undefined;
}

/**
 * Lets the work continue when its output cannot be written: the reader of a pipe has exited (`… | head`, a
 * closed terminal), or a disk is full. Without a listener, the error would end the process in the
 * middle of its work.
 */
export function ignoreLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * @returns the exit code of a command: not 0 if its result could not be written, as on a full disk. A
 *   reader that has exited (`… | head`) is no failure
 */
export function exitCodeOf(code: number): number {
  const error: NodeJS.ErrnoException | null = process.stdout.errored;
  if (error === null || error.code === 'EPIPE') return code;
  processConsole.note(
    `The work is done, but its result could not be written to standard output (${error.code ?? 'unknown error'}).`,
  );
  return code === 0 ? 1 : code;
}

/** The process's standard output and standard error. */
export const processConsole: Console = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  },
  redraw: process.stderr.isTTY
    ? (text) => {
        const width = process.stderr.columns || 80;
        process.stderr.write(`\r\u001b[K${text.slice(0, width - 1)}`);
      }
    : undefined,
};

/** `--help` and `-h` of every command, for `parseArgs`. */
export const helpOption = { help: { type: 'boolean', short: 'h' } } as const;

/** @returns the problem of a `parseArgs` error, in one sentence */
export function usageErrorOf(cause: unknown): UsageError {
  const text = cause instanceof Error ? cause.message : 'Unknown option';
  // parseArgs adds advice about positional arguments, which none of the options needs.
  const [first = text] = text.split(/\. (?=To specify)|\n/);
  return new UsageError(`${first.replace(/\.$/, '')}.`, { cause });
}

/** The command line is invalid. The message is for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Parses the arguments of a command about one user.
 *
 * @param options switches in addition to `--help`
 * @returns the ID and the switches; `help` if the user asks for it
 * @throws UsageError
 */
export function parseIdArguments(
  args: readonly string[],
  options: readonly string[] = [],
): { readonly id: string; readonly switches: ReadonlySet<string> } | 'help' {
  const config: ParseArgsConfig['options'] = {
    ...Object.fromEntries(options.map((name) => [name, { type: 'boolean' } as const])),
    ...helpOption,
  };
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: config });
  } catch (cause) {
    throw usageErrorOf(cause);
  }
  const switches = new Set(
    Object.entries(parsed.values).flatMap(([name, value]) => (value === true ? [name] : [])),
  );
  if (switches.has('help')) return 'help';
  const [id = '', ...others] = parsed.positionals.map((each) => each.trim());
  if (id === '' || others.length > 0) {
    throw new UsageError('Name one user, by Clerk id (user_…) or local id.');
  }
  return { id, switches };
}
