import {
  ApiError,
  NetworkError,
  NotSignedInError,
  TimeoutError,
  UnauthenticatedError,
} from '@populatte/api-client';

export interface FailureDescription {
  readonly title: string;
  readonly detail: string;
  /** Finds the request in the API's logs. */
  readonly requestId?: string | undefined;
  readonly canRetry: boolean;
}

const stillSignedIn = 'You are still signed in. Nothing is lost; try again in a moment.';

/** What a failed call means to the person in front of the screen, and what they can do. */
export function describeFailure(error: Error): FailureDescription {
  if (error instanceof UnauthenticatedError || error instanceof NotSignedInError) {
    return {
      title: 'You are signed out',
      detail: 'Your session has ended. Sign in again to go on.',
      canRetry: false,
    };
  }
  if (error instanceof NetworkError || error instanceof TimeoutError) {
    return { title: 'The server cannot be reached', detail: stillSignedIn, canRetry: true };
  }
  if (error instanceof ApiError) {
    const { status, requestId } = error;
    const title =
      status === 503
        ? 'Your account cannot be loaded right now'
        : 'Something went wrong on our side';
    return { title, detail: stillSignedIn, requestId, canRetry: true };
  }
  return {
    title: 'This page is out of date',
    detail: 'The server answered in a way that this page does not know. Reload it.',
    canRetry: true,
  };
}
