/** The stable codes of `ClerkLocalError`. */
export type ClerkLocalErrorCode =
  | 'production_refused'
  | 'live_key_refused'
  | 'invalid_option'
  | 'port_unavailable'
  | 'state_in_use'
  | 'state_unreadable'
  | 'state_unwritable'
  | 'seed_invalid'
  | 'drain_timeout'
  | 'not_reachable'
  | 'backend_api_error'
  | 'user_not_found';

/**
 * Thrown when the instance cannot start, or when a command or a control operation fails.
 *
 * The message ends with the fix, and contains no secret, token or personal data.
 */
export class ClerkLocalError extends Error {
  override readonly name = 'ClerkLocalError';
  readonly code: ClerkLocalErrorCode;
  /** How to fix it, as a full sentence. */
  readonly action: string;

  /**
   * @param code stable, for programs
   * @param reason what is wrong, as a full sentence
   * @param action how to fix it, as a full sentence
   */
  constructor(
    code: ClerkLocalErrorCode,
    reason: string,
    action: string,
    options: ErrorOptions = {},
  ) {
    super(`${reason} ${action}`, options);
    this.code = code;
    this.action = action;
  }
}

/** An invalid option of `startClerkLocal`. */
export class InvalidOptionError extends ClerkLocalError {
  /**
   * @param option its name, such as `webhookUrl`
   * @param problem what is wrong with the value; ends the sentence
   */
  constructor(
    readonly option: string,
    readonly problem: string,
  ) {
    super(
      'invalid_option',
      `The option ${option} is not valid: ${problem}.`,
      'Correct it, or omit it to use the default.',
    );
  }
}
