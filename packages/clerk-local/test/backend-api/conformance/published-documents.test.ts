import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { callBackendApi } from '../../support/backend-call.js';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument } from '../../support/openapi-document.js';
import { aWebhookReceiver } from '../../support/webhook-receiver.js';
import { conformanceCases, conformanceEvents } from './cases.js';

const folder = process.env['CLERK_OPENAPI_DIR'];
const isSet = folder !== undefined && folder !== '';

if (!isSet) {
  process.stderr.write(
    'SKIPPED: what is answered and sent is not checked against Clerk’s published documents. ' +
      'Set CLERK_OPENAPI_DIR to a folder with bapi-2026-05-12.yml, fapi-2026-05-12.yml and webhooks-2025-04-15.yml.\n',
  );
}

describe.runIf(isSet)('by Clerk’s published documents', () => {
  describe('an answer is valid', () => {
    const document = load('bapi-2026-05-12.yml');

    it.each(conformanceCases)('$route $status', async ({ route, path, status, arrange }) => {
      const clerk = await aClerkLocal();
      const [method = ''] = route.split(' ');

      const response = await callBackendApi(clerk, { method, ...(await arrange(clerk)) });

      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(document().hasEndpoint(method, path)).toBe(true);
      // Where a refusal's status is not documented, its form still is.
      const schema =
        document().responseSchema(method, path, status) ?? document().namedSchema('ClerkErrors');
      expect(document().problems(schema, await response.json())).toEqual([]);
    });
  });

  describe('an event is valid', () => {
    const document = load('webhooks-2025-04-15.yml');

    it.each(Object.entries(conformanceEvents))('%s', async (type, act) => {
      const receiver = await aWebhookReceiver();
      const clerk = await aClerkLocal({ webhookUrl: receiver.url });

      await act(clerk);
      await clerk.webhooks.drain();

      const sent = receiver.received
        .map(({ event }) => event)
        .filter((event) => event.type === type);
      expect(sent).toHaveLength(1);
      const schema = document().eventSchema(type);
      if (schema === undefined) throw new TypeError(`No event ${type} is published.`);
      expect(document().problems(schema, sent[0])).toEqual([]);
    });
  });
});

/** Reads the document once, when the first test asks for it. */
function load(file: string): () => OpenApiDocument {
  let document: OpenApiDocument | undefined;
  return () => (document ??= new OpenApiDocument(path.join(folder ?? '', file)));
}
