import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument } from '../../support/openapi-document.js';
import { frontendCases } from './cases.js';
import { asPublished } from './setup.js';

const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';

/** The published document has no schema for the response. */
const unspecified = ['POST /v1/dev_browser'];

describe.skipIf(folder === '')(
  'Frontend API responses are valid by Clerk’s published document',
  () => {
    let document: OpenApiDocument | undefined;

    test.each(frontendCases)(
      '$route $status',
      async ({ route, published, status, enable, arrange }) => {
        document ??= new OpenApiDocument(path.join(folder, 'fapi-2026-05-12.yml'));
        const clerk = await aClerkLocal({ enable });
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
      },
    );
  },
);
