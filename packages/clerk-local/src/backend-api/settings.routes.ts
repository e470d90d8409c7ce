import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { present, type Objects } from '../domain/objects/objects.js';
import {
  type JwtTemplateFields,
  type JwtTemplates,
  signingAlgorithms,
} from '../domain/sessions/jwt-templates.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { flag, metadata, wholeNumber, withDefault } from '../domain/shared/parameters.js';
import { phoneNumber } from '../domain/users/phone-number.js';
import { walletAddress } from '../domain/users/wallet-address.js';
import type { ObjectRecord } from '../domain/state/records.js';
import { optionalPageOf, parseBody, parseListQuery, requestedPageOf } from '../http/request.js';

/** With a scheme, such as `https://` or `my-app://`. */
const urlSchema = z.strictObject({ url: z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i) });

/** `/v1/redirect_urls`: stored and listed; no flow of clerk-local checks them. */
export function redirectUrlRoutes(objects: Objects): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    parseListQuery(context, {});
    return context.json(optionalPageOf(context, objects.list('redirect_url').map(present)));
  });
  routes.post('/', async (context) => {
    const fields = await parseBody(context, urlSchema);
    return context.json(present(await objects.add('redirect_url', fields)));
  });
  routes.get('/:id', (context) => {
    return context.json(present(objects.get('redirect_url', context.req.param('id'))));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await objects.delete('redirect_url', context.req.param('id')));
  });
  return routes;
}

const identifierSchema = z.strictObject({
  identifier: z.string().min(1),
  /** Accepted without effect: clerk-local sends no mail. */
  notify: flag.nullish(),
});

/** `/v1/allowlist_identifiers` and `/v1/blocklist_identifiers`. */
export function identifierListRoutes(
  objects: Objects,
  kind: 'allowlist_identifier' | 'blocklist_identifier',
): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    parseListQuery(context, {});
    const all = objects.list(kind).map(present);
    if (kind === 'blocklist_identifier')
      return context.json({ data: all, total_count: all.length });
    return context.json(requestedPageOf(context, all));
  });
  routes.post('/', async (context) => {
    const { identifier } = await parseBody(context, identifierSchema);
    const identifier_type = identifierType(identifier);
    const isKnown = objects
      .list(kind)
      .some((each) => String(each['identifier']).toLowerCase() === identifier.toLowerCase());
    if (isKnown) throw duplicateIdentifier(kind, identifier);
    return context.json(present(await objects.add(kind, { identifier, identifier_type })));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await objects.delete(kind, context.req.param('id')));
  });
  return routes;
}

/** `*@example.com` stands for every address of the domain. */
function identifierType(identifier: string): string {
  if (phoneNumber.safeParse(identifier).success) return 'phone_number';
  if (walletAddress.safeParse(identifier).success) return 'web3_wallet';
  if (z.email().safeParse(identifier.replace(/^\*@/, 'anyone@')).success) return 'email_address';
  throw invalidParameter(
    'identifier',
    'form_param_format_invalid',
    'is invalid',
    'The identifier must be an email address, *@ and a domain, a phone number or a web3 wallet.',
  );
}

function duplicateIdentifier(kind: string, identifier: string): Error {
  return new ClerkApiError(400, 'duplicate_record', `duplicate ${kind.replace('_', ' ')}`, {
    longMessage: `the identifier ${identifier} already exists`,
  });
}

const templateSchema = z.strictObject({
  name: z.string().min(1),
  claims: metadata,
  lifetime: withDefault(wholeNumber.pipe(z.int().min(30).max(315_360_000)), 60),
  allowed_clock_skew: withDefault(wholeNumber.pipe(z.int().min(0).max(300)), 5),
  custom_signing_key: flag.nullish(),
  signing_algorithm: z.enum(signingAlgorithms).nullish(),
  signing_key: z.string().min(1).nullish(),
});

/** `/v1/jwt_templates`: the templates of `getToken({ template })`. */
export function jwtTemplateRoutes(templates: JwtTemplates): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    parseListQuery(context, {});
    const all = templates.list().map((record: ObjectRecord) => present(record));
    return context.json(optionalPageOf(context, all));
  });
  routes.post('/', async (context) => {
    return context.json(present(await templates.create(await readTemplate(context))));
  });
  routes.get('/:id', (context) => context.json(present(templates.get(context.req.param('id')))));
  routes.patch('/:id', async (context) => {
    const id = context.req.param('id');
    return context.json(present(await templates.update(id, await readTemplate(context))));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await templates.delete(context.req.param('id')));
  });
  return routes;
}

async function readTemplate(context: Context): Promise<JwtTemplateFields> {
  const {
    custom_signing_key: isCustom,
    signing_algorithm: algorithm,
    signing_key: key,
    ...fields
  } = await parseBody(context, templateSchema);
  if (isCustom !== true) {
    if (key || (algorithm && algorithm !== 'RS256')) {
      const hint = 'custom_signing_key must be true if a signing key or algorithm is given.';
      throw invalidParameter('custom_signing_key', 'form_param_missing', 'is missing', hint);
    }
    return { ...fields, signing: isCustom === false ? null : undefined };
  }
  if (algorithm && key) return { ...fields, signing: { algorithm, key } };
  const name = algorithm ? 'signing_key' : 'signing_algorithm';
  const hint = `${name} must be included if custom_signing_key is true.`;
  throw invalidParameter(name, 'form_param_missing', 'is missing', hint);
}
