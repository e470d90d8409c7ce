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
  /** The API's validation issues, one line each. */
  readonly issues?: readonly string[];
  /** Identifies the request in the API's logs. */
  readonly requestId?: string | undefined;
  readonly canRetry: boolean;
}

const stillSignedIn = 'You are still signed in. Nothing is lost; try again in a moment.';
const maxIssues = 10;

/** Describes any failure while the browser has no network. */
export function describeOffline(): FailureDescription {
  return {
    title: 'You are offline',
    detail: 'You are still signed in. This page continues when the network is back.',
    canRetry: true,
  };
}

/** Statuses that the API, or a gateway before it, uses while a dependency is down. */
const outageStatuses = [502, 503, 504];

/** The API client's code for a response that is not the API's, such as a gateway's page. */
const unknownCode = 'unknown_error';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Describes a failed call to the user: what happened, and what they can do. */
export function describeFailure(error: Error): FailureDescription {
  if (error instanceof UnauthenticatedError || error instanceof NotSignedInError) {
    return {
      title: 'You are signed out',
      detail: 'Your session has ended. Sign in again to continue.',
      canRetry: false,
    };
  }
  if (error instanceof NetworkError || error instanceof TimeoutError) {
    return { title: 'The server cannot be reached', detail: stillSignedIn, canRetry: true };
  }
  if (error instanceof ApiError) return describeApiError(error);
  return {
    title: 'This page is out of date',
    detail: 'The server sent a response that this page does not understand. Reload the page.',
    canRetry: true,
  };
}

function describeApiError(error: ApiError): FailureDescription {
  const { code, status, requestId, issues, retryAfterMs } = error;
  const common = { requestId, canRetry: true };
  if (code === 'validation_failed') {
    return {
      ...common,
      title: 'Some of the information is not valid',
      detail: 'Correct it and try again.',
      issues: issues.slice(0, maxIssues).map(describeIssue),
    };
  }
  if (code === 'session_pending') {
    return {
      ...common,
      title: 'One more step to sign in',
      detail: 'Your account needs one more step. Sign in again to complete it.',
    };
  }
  if (status === 429) {
    return { ...common, title: 'Too many requests', detail: 'Wait a moment, then try again.' };
  }
  if (status === 503 && code === unknownCode && retryAfterMs !== undefined) {
    return {
      ...common,
      title: 'Down for maintenance',
      detail: `We expect to be back ${inWords(retryAfterMs)}. You are still signed in, and this page continues automatically.`,
    };
  }
  if (outageStatuses.includes(status)) {
    return {
      ...common,
      title: 'Your account cannot be loaded right now',
      detail: stillSignedIn,
    };
  }
  if (status < 500) {
    return {
      ...common,
      title: 'The server did not accept the request',
      detail: 'Reload the page. If it happens again, report it.',
    };
  }
  return { ...common, title: 'Something went wrong on our side', detail: stillSignedIn };
}

/** “in about 5 minutes”. @param ms a wait in milliseconds */
function inWords(ms: number): string {
  if (ms < minuteMs) return 'in a moment';
  const [unit, size] = ms < hourMs ? (['minute', minuteMs] as const) : (['hour', hourMs] as const);
  const count = Math.round(ms / size);
  return `in about ${count} ${unit}${count === 1 ? '' : 's'}`;
}

function describeIssue({ path, message }: ApiError['issues'][number]): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
