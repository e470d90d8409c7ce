import { main, type ExitCode } from '../../src/cli/main.js';
import type { Environment } from '../../src/server/environment.js';

export interface CommandResult {
  readonly code: ExitCode;
  readonly printed: readonly string[];
  readonly reported: string;
}

export interface CommandOptions {
  readonly environment?: Partial<Environment>;
  readonly stop?: AbortSignal;
  readonly onPrint?: (line: string) => void;
}

/** Runs `clerk-local` in this process. */
export async function runCommand(
  args: readonly string[],
  { environment = {}, stop = new AbortController().signal, onPrint }: CommandOptions = {},
): Promise<CommandResult> {
  const printed: string[] = [];
  const reported: string[] = [];
  const code = await main(args, {
    environment: {
      production: false,
      liveKeys: [],
      apiUrl: undefined,
      secretKey: undefined,
      ...environment,
    },
    print: (line) => {
      printed.push(line);
      onPrint?.(line);
    },
    report: (line) => reported.push(line),
    stop,
  });
  return { code, printed, reported: reported.join('\n') };
}
