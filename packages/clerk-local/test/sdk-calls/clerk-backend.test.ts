import { describe } from 'vitest';
import { backendApi } from '../../src/backend-api/backend-api.js';
import { CallRecord } from './call-record.js';
import { checkRecord } from './check-record.js';
import { instanceCalls } from './instance-calls.js';
import { organizationCalls } from './organization-calls.js';
import { userCalls } from './user-calls.js';

/**
 * Calls every operation that `@clerk/backend` has a method for, and reads each change back.
 * `clerk-backend.txt` lists the operations and their webhooks; SUPPORT.md is generated from it.
 */
const record = new CallRecord('Backend API');

describe('@clerk/backend changes, and reads back', () => {
  userCalls(record);
  organizationCalls(record);
  instanceCalls(record);
});

checkRecord(record, {
  api: 'Backend API',
  createRoutes: backendApi,
  // These only answer: there is no effect to read back.
  withoutEffect: [
    'POST /v1/clients/verify',
    'POST /v1/proxy_checks',
    'POST /v1/sessions/{session_id}/refresh',
    'POST /v1/sessions/{session_id}/tokens',
    'POST /v1/sessions/{session_id}/tokens/{template_name}',
    'POST /v1/testing_tokens',
    'POST /v1/users/{user_id}/verify_password',
    'POST /v1/users/{user_id}/verify_totp',
    'POST /v1/webhooks/svix_url',
  ],
  file: 'clerk-backend.txt',
});
