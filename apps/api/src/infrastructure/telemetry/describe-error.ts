import pg from 'pg';

/** An error as it is logged, without values that may be secrets or personal data. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** Longest chain of causes that is logged. */
const maxDepth = 5;

/** SQLSTATE classes whose messages are about the server and not about data. */
const harmlessStates = /^(?:08|28|3D|3F|53|55|57|58|25006)/;

/**
 * Describes an error and its causes for a log. A statement's parameters, and messages of PostgreSQL
 * that quote data, are left out; the code finds them in PostgreSQL's manual, appendix A.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const stack = stackFrames(error);
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    ...(mayShowMessage(error, code) && { message: error.message }),
    ...(stack !== '' && { stack }),
    ...(error.cause !== undefined &&
      depth < maxDepth && { cause: describeError(error.cause, depth + 1) }),
  };
}

function mayShowMessage(error: Error, code: string | undefined): boolean {
  if (error instanceof pg.DatabaseError) return harmlessStates.test(code ?? '');
  // Drizzle's message contains the parameters; Zod's and JSON.parse's may quote the input.
  return !('params' in error) && !('issues' in error) && !(error instanceof SyntaxError);
}

/** Only the frames: the first lines repeat the message, which may itself look like frames. */
function stackFrames({ stack = '', message }: Error): string {
  const messageAt = stack.indexOf(message);
  if (messageAt === -1) return '';
  return stack
    .slice(messageAt + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
