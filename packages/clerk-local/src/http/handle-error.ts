import type { ErrorHandler } from 'hono';
import { ClerkApiError } from '../errors/clerk-api-error.js';
import type { Log } from '../log.js';

/** Answers refusals in Clerk's form, and anything else as an error of this program's own. */
export function handleError(log: Log): ErrorHandler {
  return (error, context) => {
    if (error instanceof ClerkApiError) return context.json(error.toBody(), error.status);
    log(`error in ${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`);
    const longMessage = 'clerk-local failed. Its log says where.';
    return context.json(
      {
        errors: [
          { code: 'internal_clerk_error', message: 'Oops', long_message: longMessage, meta: {} },
        ],
      },
      500,
    );
  };
}
