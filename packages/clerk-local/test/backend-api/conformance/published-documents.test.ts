import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { callBackendApi } from '../../support/backend-call.js';
import type { Feature } from '../../../src/domain/shared/features.js';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument } from '../../support/openapi-document.js';
import { aWebhookReceiver } from '../../support/webhook-receiver.js';
import { conformanceCases, conformanceEvents } from './cases.js';

const folder = process.env['CLERK_OPENAPI_DIR'];
const isSet = folder !== undefined && folder !== '';

if (!isSet) {
  process.stderr.write(
    'SKIPPED: responses and events are not checked against Clerk’s published documents. ' +
      'Set CLERK_OPENAPI_DIR to a folder with bapi-2026-05-12.yml, fapi-2026-05-12.yml and webhooks-2025-04-15.yml.\n',
  );
}

describe.runIf(isSet)('Clerk’s published documents', () => {
  describe('Backend API responses are valid', () => {
    const document = load('bapi-2026-05-12.yml');

    test.each(conformanceCases)('$route $status', async ({ route, path, status, arrange }) => {
      const clerk = await aClerkLocal({ enable: ['passkey', 'trusted_device', 'web3_metamask'] });
      const [method = ''] = route.split(' ');

      const response = await callBackendApi(clerk, { method, ...(await arrange(clerk)) });

      expect(response.status).toBe(status);
      expect(document().hasEndpoint(method, path)).toBe(true);
      if (status === 202 || status === 204) return;
      expect(response.headers.get('content-type')).toBe('application/json');
      // The error format is documented even if a status is not.
      const schema =
        document().responseSchema(method, path, status) ?? document().namedSchema('ClerkErrors');
      expect(document().problems(schema, await response.json())).toEqual([]);
    });
  });

  describe('webhook events are valid', () => {
    const document = load('webhooks-2025-04-15.yml');

    test.each(Object.entries(conformanceEvents))('%s', async (type, act) => {
      const receiver = await aWebhookReceiver();
      const enable: Feature[] = type === 'session.pending' ? ['organization_required'] : [];
      const clerk = await aClerkLocal({ webhookUrl: receiver.url, enable });

      await act(clerk);
      await clerk.webhooks.drain();

      const sent = receiver.received
        .map(({ event }) => event)
        .filter((event) => event.type === type);
      expect(sent).toHaveLength(1);
      const schema = document().eventSchema(type);
      if (schema === undefined) throw new TypeError(`The published document has no event ${type}.`);
      expect(document().problems(schema, sent[0])).toEqual(contradictions(type));
    });
  });
});

/**
 * Corrects contradictions in the documents: they close schemas that they extend, and do not allow
 * the session of `session.pending` to be pending.
 */
function contradictions(type: string): unknown[] {
  const additional = type.startsWith('session.')
    ? ['user']
    : type === 'organizationInvitation.accepted'
      ? ['user_id', 'data']
      : [];
  const refused = additional.map(
    (name) => `/data must NOT have additional properties {"additionalProperty":"${name}"}`,
  );
  return type === 'session.pending'
    ? [...refused, expect.stringMatching('/data/status ')]
    : refused;
}

/** Reads the document once, on first use. */
function load(file: string): () => OpenApiDocument {
  let document: OpenApiDocument | undefined;
  return () => (document ??= new OpenApiDocument(path.join(folder ?? '', file)));
}
