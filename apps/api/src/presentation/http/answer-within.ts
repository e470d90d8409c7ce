import { SyncUnavailableError } from '../../core/errors.js';
import { withDeadline } from '../../core/with-deadline.js';

/** Every dependency has a time limit of its own; this one bounds their sum, under 5 s. In milliseconds. */
const patience = 4_500;

/**
 * @param work what a request waits for before it can be answered
 * @throws SyncUnavailableError when it takes too long
 */
export function answerWithin<T>(work: Promise<T>): Promise<T> {
  return withDeadline(
    work,
    patience,
    () =>
      new SyncUnavailableError(
        'Your account cannot be loaded right now. Try again shortly; you stay signed in.',
        2,
      ),
  );
}
