import { temporarilyUnavailable } from '../core/errors.js';
import { withDeadline } from '../core/with-deadline.js';

/**
 * Limits the sum of all dependencies' timeouts, so that requests are answered within 5 s. In
 * milliseconds.
 */
const limitMs = 4_500;

/**
 * @param work everything that the response depends on
 * @throws SyncUnavailableError if it takes too long
 */
export function answerWithin<T>(work: Promise<T>): Promise<T> {
  return withDeadline(work, limitMs, () => temporarilyUnavailable());
}
