import { styleText, stripVTControlCharacters } from 'node:util';
import { EmbeddedPostgresError } from '@populatte/embedded-postgres';
import { StackError } from '../stack/stack-error.js';

/**
 * Prints to standard error why a command failed: the message alone if it names the fix, with the
 * stack trace if the error is a bug.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown): number {
  const text = `${styleText('red', '✗')} ${describe(error)}\n`;
  process.stderr.write(process.stderr.isTTY ? text : stripVTControlCharacters(text));
  return 1;
}

function describe(error: unknown): string {
  if (error instanceof StackError || error instanceof EmbeddedPostgresError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
