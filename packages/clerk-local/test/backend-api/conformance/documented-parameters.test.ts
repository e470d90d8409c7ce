import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { callBackendApi, type BackendCall } from '../../support/backend-call.js';
import { aClerkLocal } from '../../support/clerk-local.js';
import { OpenApiDocument, type DocumentedParameter } from '../../support/openapi-document.js';
import { conformanceCases } from './cases.js';
import type { ConformanceCase } from './setup.js';

const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';

/** The parameters of Clerk's document that clerk-local refuses by name, as the README says. */
const notSupported = [
  'GET /organizations include_missing_member_with_elevated_permissions',
  'GET /organizations/{organization_id} include_missing_member_with_elevated_permissions',
  'PATCH /organizations/{organization_id} role_set_key',
  'PATCH /users/{user_id} password_digest',
  'PATCH /users/{user_id} password_hasher',
  'PATCH /users/{user_id} profile_image_id',
  'POST /organizations role_set_key',
  'POST /users password_digest',
  'POST /users password_hasher',
];

test.runIf(folder !== '')(
  'the parameters of Clerk’s published document are known and no others, and may be null where it says so',
  async () => {
    const document = new OpenApiDocument(path.join(folder, 'bapi-2026-05-12.yml'));
    const [refused, accepted] = [new Set<string>(), new Set<string>()];
    for (const each of succeedingCases()) {
      const [method = ''] = each.route.split(' ');
      const documented = document.parameters(method, each.path);
      if (documented.length === 0) continue;
      const clerk = await aClerkLocal({ enable: ['passkey', 'trusted_device', 'web3_metamask'] });
      const call = { method, ...(await each.arrange(clerk)) };
      if (call.multipart !== undefined) continue;
      const errorWith = async (
        parameter: DocumentedParameter,
        value: string | null,
      ): Promise<string | undefined> => {
        const response = await callBackendApi(clerk, withParameter(call, parameter, value));
        return errorAbout(parameter, response);
      };
      for (const place of new Set(documented.map((parameter) => parameter.in))) {
        const error = await errorWith({ name: 'unknown', in: place, nullable: false }, 'text');
        if (error !== 'form_param_unknown') accepted.add(`${method} ${each.path} (${place})`);
      }
      for (const parameter of documented) {
        const label = `${method} ${each.path} ${parameter.name}`;
        if ((await errorWith(parameter, 'text')) === 'form_param_unknown') refused.add(label);
        else if (parameter.nullable && (await errorWith(parameter, null))) {
          refused.add(`${label}: null`);
        }
      }
    }
    expect([...refused].sort()).toEqual(notSupported);
    expect([...accepted]).toEqual([]);
  },
);

/** One case for each route. */
function succeedingCases(): ConformanceCase[] {
  const byRoute = new Map(
    conformanceCases.filter(({ status }) => status < 300).map((each) => [each.route, each]),
  );
  return [...byRoute.values()];
}

const objectSchema = z.record(z.string(), z.unknown());
const bodySchema = z.union([z.array(objectSchema), objectSchema]);

function withParameter(
  call: BackendCall,
  { name, in: place }: DocumentedParameter,
  value: string | null,
): BackendCall {
  if (place === 'query') {
    const separator = call.path.includes('?') ? '&' : '?';
    return { ...call, path: `${call.path}${separator}${name}=${String(value)}` };
  }
  const body = bodySchema.parse(call.json ?? {});
  const json = Array.isArray(body)
    ? body.map((item) => ({ ...item, [name]: value }))
    : { ...body, [name]: value };
  return { ...call, json };
}

const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), meta: z.object({ param_name: z.string() }) })),
});

/** Returns the code of the error about the format of a parameter, if there is one. */
async function errorAbout(
  { name }: DocumentedParameter,
  response: Response,
): Promise<string | undefined> {
  const body = errorsSchema.safeParse(response.status === 422 ? await response.json() : undefined);
  const codes = ['form_param_unknown', 'form_param_format_invalid', 'form_param_missing'];
  const found = body.data?.errors.find(
    ({ code, meta }) => meta.param_name === name && codes.includes(code),
  );
  return found?.code;
}
