/** The statuses that this instance refuses requests with. */
export type ClerkApiErrorStatus = 400 | 401 | 404 | 409 | 413 | 422;

export interface ClerkApiErrorDetails {
  /** For people; the short message by default. */
  readonly longMessage?: string;
  /** The parameter at fault, as Clerk's `meta.param_name`. */
  readonly paramName?: string;
}

/** A refusal that is answered in Clerk's own form: `{ errors: [{ code, message, … }] }`. */
export class ClerkApiError extends Error {
  override readonly name = 'ClerkApiError';
  readonly status: ClerkApiErrorStatus;
  readonly code: string;
  readonly longMessage: string;
  readonly paramName: string | undefined;

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
  }

  /** The body of the answer, valid by `ClerkErrors` of Clerk's published OpenAPI document. */
  toBody(): ClerkErrorsBody {
    return {
      errors: [
        {
          code: this.code,
          message: this.message,
          long_message: this.longMessage,
          meta: this.paramName === undefined ? {} : { param_name: this.paramName },
        },
      ],
    };
  }
}

export interface ClerkErrorsBody {
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly long_message: string;
    readonly meta: Readonly<Record<string, string>>;
  }[];
}

/** Nothing here has this id. */
export function resourceNotFound(longMessage: string): ClerkApiError {
  return new ClerkApiError(404, 'resource_not_found', 'not found', { longMessage });
}

/** Clerk may have it; this instance does not, and says so rather than answering something else. */
export function notEmulated(what: string): ClerkApiError {
  return new ClerkApiError(404, 'not_emulated', 'not emulated', {
    longMessage: `${what} is not emulated by clerk-local. Its README lists what is.`,
  });
}

/** A parameter that is refused for its value. */
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
