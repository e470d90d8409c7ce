import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument } from '../../support/openapi-document.js';
import { frontendCases } from './cases.js';

const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';

/** Answered without a schema in the published document. */
const unspecified = ['POST /v1/dev_browser'];

describe.skipIf(folder === '')('by Clerk’s published document, an answer is valid', () => {
  let document: OpenApiDocument | undefined;

  it.each(frontendCases)('$route $status', async ({ route, published, status, arrange }) => {
    document ??= new OpenApiDocument(path.join(folder, 'fapi-2026-05-12.yml'));
    const clerk = await aClerkLocal();
    const [method = '', ownPath = ''] = route.split(' ');
    const publishedPath = `/v1${published ?? ownPath.replace(/^\/v1/, '')}`;

    const call = await arrange(clerk);
    const answer = await call.browser.call(`${method} ${call.path ?? ownPath}`, call.form);

    expect(answer.status).toBe(status);
    expect(document.hasEndpoint(method, publishedPath)).toBe(true);
    const schema = document.responseSchema(method, publishedPath, status);
    if (schema === undefined) {
      expect(unspecified).toContain(route);
      return;
    }
    expect(document.problems(schema, asPublished(answer.body))).toEqual([]);
  });
});

/**
 * Until a code is sent, the strategy of a verification is `null`: clerk-js and its components go
 * by it. The published document has no word for that.
 */
function asPublished(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => {
      return key === 'strategy' && value === null ? 'email_code' : value;
    }),
  );
}
