import { succeeds, type ConformanceCase } from './setup.js';

const path = '/v1/templates/{template_type}/{slug}';

function template(json?: object): () => Promise<Readonly<Record<string, unknown>>> {
  return () => Promise.resolve({ template_type: 'email', slug: 'verification_code', json });
}

/** Templates of emails and text messages. */
export const templateCases: readonly ConformanceCase[] = [
  succeeds('GET /v1/templates/{template_type}', template()),
  succeeds(`GET ${path}`, template()),
  succeeds(`GET ${path}`, () =>
    Promise.resolve({ template_type: 'sms', slug: 'verification_code' }),
  ),
  succeeds(`PUT ${path}`, template({ body: 'Your code: {{otp_code}}', subject: 'Code' })),
  succeeds(`POST ${path}/revert`, template()),
  succeeds(`POST ${path}/preview`, template({ body: '{{otp_code}}' })),
  succeeds(`POST ${path}/toggle_delivery`, template({ delivered_by_clerk: false })),
];
