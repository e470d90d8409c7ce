import { invalidParameter } from '../shared/clerk-api-error.js';

/**
 * Checks Clerk's default rules for usernames, as the environment of the Frontend API states them.
 *
 * @throws {ClerkApiError} 422 `form_username_invalid_character` or
 *   `form_username_needs_non_number_char`
 */
export function checkUsernameRules(username: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(username)) {
    throw invalidParameter(
      'username',
      'form_username_invalid_character',
      "Username can only contain letters, numbers and '_' or '-'.",
    );
  }
  if (/^\d+$/.test(username)) {
    throw invalidParameter(
      'username',
      'form_username_needs_non_number_char',
      'Username must contain one non-number character.',
    );
  }
}
