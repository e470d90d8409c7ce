import type { Context } from 'hono';
import { ClerkApiError } from '../domain/shared/clerk-api-error.js';

/** The API version in which metadata has operations of its own. */
const metadataVersion = '2026-05-12';

/**
 * Refuses metadata in the update of a user or an organization, which Clerk's older API versions allow.
 * A request without `Clerk-API-Version` may have it.
 *
 * @param body the parameters that were sent
 * @throws {ClerkApiError} 422 `form_param_deprecated`
 */
export function refuseMetadata(context: Context, body: Readonly<Record<string, unknown>>): void {
  const version = context.req.header('clerk-api-version') ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version) || version < metadataVersion) return;
  const name = Object.keys(body).find((key) => key.endsWith('_metadata'));
  if (name === undefined || body[name] === undefined) return;
  throw new ClerkApiError(422, 'form_param_deprecated', 'is deprecated', {
    longMessage: `${name} is deprecated here as of API version ${metadataVersion}. Use the metadata endpoint.`,
    paramName: name,
  });
}
