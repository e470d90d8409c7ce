/** What an answer with Clerk's error form holds. */
export function errorOf(code: string, paramName?: string): object {
  const meta = paramName === undefined ? {} : { param_name: paramName };
  return { errors: [{ code, meta }] };
}
