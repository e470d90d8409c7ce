import { Hono } from 'hono';
import { z } from 'zod';
import { present, type Objects } from '../domain/objects/objects.js';
import { ClerkApiError, invalidParameter } from '../domain/shared/clerk-api-error.js';
import { flag, parseParameters } from '../domain/shared/parameters.js';
import { readBody } from '../http/request.js';

const url = z.string().nullish();
const createSchema = z.strictObject({
  name: z.string(),
  /** The primary domain exists already. */
  is_satellite: flag.pipe(z.literal(true)),
  proxy_url: url,
});
const updateSchema = z.strictObject({
  name: z.string().nullish(),
  proxy_url: url,
  is_secondary: flag.nullish(),
});

export interface DomainsRoutesOptions {
  readonly objects: Objects;
  readonly instanceId: string;
  /** The Frontend API's URL by the publishable key. */
  readonly issuer: string;
}

/** `/v1/domains`: the primary domain of the instance and its satellites. */
export function domainsRoutes({ objects, instanceId, issuer }: DomainsRoutesOptions): Hono {
  const primary = {
    object: 'domain',
    id: instanceId.replace(/^ins_/, 'dmn_'),
    name: new URL(issuer).host,
    is_satellite: false,
    frontend_api_url: issuer,
    accounts_portal_url: null,
    proxy_url: null,
    development_origin: '',
    cname_targets: [],
  };
  const routes = new Hono();
  routes.get('/', (context) => {
    const data = [primary, ...objects.list('domain').map(toDomain)];
    return context.json({ data, total_count: data.length });
  });
  routes.post('/', async (context) => {
    const { name, proxy_url } = parseParameters(createSchema, await readBody(context));
    requireFreeName(objects, name);
    const record = await objects.add('domain', {
      name: name.toLowerCase(),
      is_satellite: true,
      frontend_api_url: proxy_url ?? `https://clerk.${name.toLowerCase()}`,
      proxy_url: proxy_url ?? null,
      development_origin: '',
    });
    return context.json(toDomain(record));
  });
  routes.patch('/:id', async (context) => {
    const fields = parseParameters(updateSchema, await readBody(context));
    if (context.req.param('id') === primary.id) throw primaryDomain();
    const record = objects.get('domain', context.req.param('id'));
    if (fields.name && fields.name !== record['name']) requireFreeName(objects, fields.name);
    const changed = await objects.update(record, {
      ...(fields.name ? { name: fields.name.toLowerCase() } : {}),
      ...(fields.proxy_url === undefined ? {} : { proxy_url: fields.proxy_url }),
    });
    return context.json(toDomain(changed));
  });
  routes.delete('/:id', async (context) => {
    const id = context.req.param('id');
    if (id === primary.id) throw primaryDomain();
    return context.json(await objects.delete('domain', id));
  });
  return routes;
}

/** Domains have no times. */
function toDomain(record: Parameters<typeof present>[0]): Record<string, unknown> {
  const { created_at, updated_at, ...domain } = present(record);
  return domain;
}

function requireFreeName(objects: Objects, name: string): void {
  if (!/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/i.test(name)) {
    throw invalidParameter('name', 'form_param_format_invalid', 'is invalid');
  }
  if (!objects.list('domain').some((each) => each['name'] === name.toLowerCase())) return;
  throw invalidParameter('name', 'form_identifier_exists', 'That domain is taken.');
}

function primaryDomain(): Error {
  return new ClerkApiError(403, 'primary_domain_immutable', 'not allowed', {
    longMessage: 'The primary domain follows from the publishable key: it cannot change.',
  });
}
