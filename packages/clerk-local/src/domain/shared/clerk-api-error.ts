import { randomBytes } from 'node:crypto';

/** The HTTP statuses of a `ClerkApiError`. */
export type ClerkApiErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 501;

export interface ClerkApiErrorDetails {
  /** Shown to people; defaults to the short message. */
  readonly longMessage?: string;
  /** The invalid parameter, sent as `meta.param_name`. */
  readonly paramName?: string;
  /** Further members of `meta`. */
  readonly meta?: Readonly<Record<string, unknown>>;
}

/**
 * An error that is sent in Clerk's error format: `{ errors: [{ code, message, … }] }`.
 *
 * The operations of `ClerkLocal.users` reject with it where the Backend API responds with it.
 */
export class ClerkApiError extends Error {
  override readonly name = 'ClerkApiError';
  readonly status: ClerkApiErrorStatus;
  readonly code: string;
  readonly longMessage: string;
  readonly paramName: string | undefined;
  private readonly meta: Readonly<Record<string, unknown>>;

  constructor(
    status: ClerkApiErrorStatus,
    code: string,
    message: string,
    details: ClerkApiErrorDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.longMessage = details.longMessage ?? message;
    this.paramName = details.paramName;
    this.meta = details.meta ?? {};
  }

  /** Returns the response body, with a new trace id. */
  toBody(): ClerkErrorsBody {
    return errorsBody(this.toError());
  }

  /** Returns the error as a part of a resource. */
  toError(): ClerkErrorBody {
    return {
      code: this.code,
      message: this.message,
      long_message: this.longMessage,
      meta: {
        ...(this.paramName === undefined ? {} : { param_name: this.paramName }),
        ...this.meta,
      },
    };
  }
}

export interface ClerkErrorBody {
  readonly code: string;
  readonly message: string;
  readonly long_message: string;
  readonly meta: Record<string, unknown>;
}

/** Schema `ClerkErrors` of Clerk's published OpenAPI document. */
export interface ClerkErrorsBody {
  readonly errors: readonly ClerkErrorBody[];
  /** Clerk's SDKs expose it as `clerkTraceId`, and applications log it. */
  readonly clerk_trace_id: string;
}

/** Creates the response body of an error, with a new trace id. */
export function errorsBody(error: ClerkErrorBody): ClerkErrorsBody {
  return { errors: [error], clerk_trace_id: randomBytes(16).toString('hex') };
}

/** Creates the 404 error for an id that does not exist. */
export function resourceNotFound(longMessage: string): ClerkApiError {
  return new ClerkApiError(404, 'resource_not_found', 'not found', { longMessage });
}

/**
 * Creates the 501 error for a feature that clerk-local does not emulate.
 *
 * @param what names the feature; begins the error message
 */
export function notEmulated(what: string): ClerkApiError {
  return new ClerkApiError(501, 'not_emulated', 'not emulated', {
    longMessage: `${what} is not emulated by clerk-local. Its SUPPORT.md lists the operations.`,
  });
}

/**
 * Creates the 422 error for an invalid parameter.
 *
 * @param code Clerk's error code, such as `form_param_format_invalid`
 * @param longMessage shown to people; defaults to `message`
 */
export function invalidParameter(
  paramName: string,
  code: string,
  message: string,
  longMessage?: string,
): ClerkApiError {
  return new ClerkApiError(422, code, message, {
    paramName,
    ...(longMessage === undefined ? {} : { longMessage }),
  });
}

/** Creates the 400 error for email addresses with pending invitations. */
export function duplicateInvitations(emails: readonly string[]): ClerkApiError {
  return new ClerkApiError(400, 'duplicate_record', 'duplicate invitation', {
    longMessage: `There are already pending invitations for the following email addresses: ${emails.join(', ')}`,
    // Clerk's components show them.
    meta: { email_addresses: emails },
  });
}

/** Creates the error for a request without an `Origin`, where a signature belongs to a page. */
export function originMissing(kind: string): ClerkApiError {
  return new ClerkApiError(400, 'origin_missing', 'Origin missing', {
    longMessage: `${kind} need a page: the request has no Origin header.`,
  });
}
