import { SharedDeadline } from '../../core/shared-deadline.js';
import { SyncUnavailableError } from '../../core/users/user.errors.js';

/** Every dependency has a time limit of its own; this one bounds their sum, under 5 s. In milliseconds. */
const patience = 4_500;

const deadline = new SharedDeadline(
  patience,
  () =>
    new SyncUnavailableError(
      'Your account cannot be loaded right now. Try again shortly; you stay signed in.',
      2,
    ),
);

/**
 * @param work what a request waits for before it can be answered
 * @throws SyncUnavailableError when it takes too long
 */
export function answerWithin<T>(work: Promise<T>): Promise<T> {
  return deadline.wait(work);
}
