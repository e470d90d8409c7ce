import { ApiError } from '@populatte/api-client';
import { preferencesInput, type PreferencesInput } from '@populatte/contracts';

/** The error of each field of the form. */
export type FieldErrors = { readonly [Field in keyof PreferencesInput]?: string | undefined };

/** Checks a form by the contract, as the API does. */
export function checkFields(
  fields: PreferencesInput,
): { readonly input: PreferencesInput } | { readonly errors: FieldErrors } {
  const result = preferencesInput.safeParse(fields);
  if (result.success) return { input: result.data };
  return { errors: byField(result.error.issues) };
}

/**
 * @returns the API's issue for each field, or null for any other error; the API may know fewer
 * languages and time zones than this browser
 */
export function fieldErrorsOf(error: Error | null): FieldErrors | null {
  if (!(error instanceof ApiError) || error.code !== 'validation_failed') return null;
  const errors = byField(
    error.issues.map(({ path, message }) => ({ path: path.slice(1), message })),
  );
  return Object.keys(errors).length === 0 ? null : errors;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The first issue of each field; the form has room for one. */
function byField(issues: readonly Issue[]): FieldErrors {
  const first = (field: keyof PreferencesInput): FieldErrors => {
    const issue = issues.find(({ path }) => path[0] === field);
    return issue === undefined ? {} : { [field]: issue.message };
  };
  return { ...first('language'), ...first('timeZone') };
}
