/** What a command may do: tests replace all of it. */
export interface Console {
  /** Results: one text, without the final line break. */
  print(text: string): void;
  /** Progress and warnings, on standard error. */
  note(text: string): void;
  /** Replaces the current line of a terminal; undefined without one. */
  readonly redraw: ((text: string) => void) | undefined;
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

/** The command line is not one that the command knows. The message is for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
