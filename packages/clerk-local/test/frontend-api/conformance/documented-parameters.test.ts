import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument } from '../../support/openapi-document.js';
import type { BrowserAnswer } from '../support/browser-client.js';
import { frontendCases } from './cases.js';
import type { FrontendCase } from './setup.js';

const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';

/** The parameters of Clerk's document that clerk-local refuses by name. */
const notSupported = [
  'PATCH /v1/client/sign_ups/:id code',
  'PATCH /v1/client/sign_ups/:id email_address_or_phone_number',
  'PATCH /v1/client/sign_ups/:id token',
  'POST /v1/client/sign_ins code',
  'POST /v1/client/sign_ins token',
  'POST /v1/client/sign_ins/:id/attempt_first_factor ticket',
  'POST /v1/client/sign_ins/:id/attempt_first_factor token',
  'POST /v1/client/sign_ins/:id/prepare_first_factor passkey_id',
  'POST /v1/client/sign_ups code',
  'POST /v1/client/sign_ups email_address_or_phone_number',
  'POST /v1/client/sign_ups token',
  'POST /v1/client/sign_ups/:id/attempt_verification token',
];

/** The operations that ignore others, because clerk-js sends some that the document does not have. */
const lenient = [
  'PATCH /v1/me/external_accounts/:id/reauthorize',
  'PATCH /v1/me/phone_numbers/:id',
  'POST /v1/client/sessions/:id/tokens',
  'POST /v1/client/sessions/:id/touch',
  'POST /v1/client/sessions/:id/verify',
  'POST /v1/client/sessions/:id/verify/attempt_first_factor',
  'POST /v1/client/sessions/:id/verify/attempt_second_factor',
  'POST /v1/client/sessions/:id/verify/prepare_first_factor',
  'POST /v1/client/sessions/:id/verify/prepare_second_factor',
  'POST /v1/client/sign_ins/:id/prepare_second_factor',
  'POST /v1/me/external_accounts',
  'POST /v1/me/phone_numbers',
  'POST /v1/me/phone_numbers/:id/attempt_verification',
  'POST /v1/me/phone_numbers/:id/prepare_verification',
  'POST /v1/me/tokens',
  'POST /v1/me/web3_wallets',
  'POST /v1/me/web3_wallets/:id/attempt_verification',
  'POST /v1/me/web3_wallets/:id/prepare_verification',
  'POST /v1/waitlist',
];

test.runIf(folder !== '')(
  'the body parameters of Clerk’s published document are known, and others are refused',
  async () => {
    const document = new OpenApiDocument(path.join(folder, 'fapi-2026-05-12.yml'));
    const [refused, accepted] = [new Set<string>(), new Set<string>()];
    for (const each of succeedingCases()) {
      const [method = '', ownPath = ''] = each.route.split(' ');
      const published = `/v1${each.published ?? ownPath.replace(/^\/v1/, '')}`;
      const documented = document
        .parameters(method, published)
        .filter((parameter) => parameter.in === 'body');
      const clerk = await aClerkLocal({ enable: ['username', ...(each.enable ?? [])] });
      const call = await each.arrange(clerk);
      const { form = {} } = call;
      if (documented.length === 0 || form instanceof FormData) continue;
      const errorWith = async (name: string): Promise<string | undefined> => {
        const route = `${method} ${call.path ?? ownPath}`;
        return errorAbout(name, await call.browser.call(route, { ...form, [name]: 'text' }));
      };
      if ((await errorWith('unknown')) !== 'form_param_unknown') accepted.add(each.route);
      for (const { name } of documented) {
        if ((await errorWith(name)) === 'form_param_unknown') refused.add(`${each.route} ${name}`);
      }
    }
    expect([...refused].sort()).toEqual(notSupported);
    expect([...accepted].sort()).toEqual(lenient);
  },
);

/** One case for each route. */
function succeedingCases(): FrontendCase[] {
  const byRoute = new Map(
    frontendCases.filter(({ status }) => status < 300).map((each) => [each.route, each]),
  );
  return [...byRoute.values()];
}

const errorsSchema = z.object({
  errors: z.array(
    z.object({ code: z.string(), meta: z.object({ param_name: z.string().optional() }) }),
  ),
});

/** Returns the code of the error about a parameter, if there is one. */
function errorAbout(name: string, { body }: BrowserAnswer): string | undefined {
  const { data } = errorsSchema.safeParse(body);
  return data?.errors.find(({ meta }) => meta.param_name === name)?.code;
}
