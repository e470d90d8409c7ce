import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { present } from '../domain/objects/objects.js';
import type { Services } from '../domain/services/services.js';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import { flag } from '../domain/shared/parameters.js';
import { isLoopbackUrl } from '../http/hosts.js';
import { parseBody } from '../http/request.js';

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

/** `/v1/domains`: the primary domain of the instance and its satellites. */
export function domainsRoutes({ domains }: Pick<Services, 'domains'>): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    const data = domains.list();
    return context.json({ data, total_count: data.length });
  });
  routes.post('/', async (context) => {
    const { name, proxy_url } = await parseBody(context, createSchema);
    return context.json(await domains.add(name, proxy_url ?? null));
  });
  routes.patch('/:id', async (context) => {
    const { name, proxy_url } = await parseBody(context, updateSchema);
    const id = context.req.param('id');
    return context.json(await domains.update(id, { name, proxyUrl: proxy_url }));
  });
  routes.delete('/:id', async (context) => {
    return context.json(await domains.delete(context.req.param('id')));
  });
  return routes;
}

const moveSchema = z.strictObject({
  home_url: z.url({ protocol: /^https?$/ }),
  /** Accepted without effect: an instance has one domain. */
  is_secondary: flag.nullish(),
});

/**
 * Moves the instance to another domain. As at Clerk, all users are signed out.
 *
 * @returns the handler of the operation, which has two paths, and a third one in Clerk's SDK
 */
export function changeDomain({
  domains,
  users,
  sessions,
}: Pick<Services, 'domains' | 'users' | 'sessions'>): (context: Context) => Promise<Response> {
  return async (context) => {
    const { home_url } = await parseBody(context, moveSchema);
    for (const { id } of users.directory.all()) sessions.endAllOf(id, 'revoked');
    await domains.move(home_url);
    return context.body(null, 202);
  };
}

const proxyCheckSchema = z.strictObject({ domain_id: z.string(), proxy_url: z.string() });
const healthySchema = z.object({ status: z.literal('healthy') });
const proxyTimeoutMs = 3_000;

/** `POST /v1/proxy_checks`: whether a proxy reaches the Frontend API, with the headers it needs. */
export function proxyChecksRoutes({
  domains,
  objects,
  now,
}: Pick<Services, 'domains' | 'objects' | 'now'>): Hono {
  const routes = new Hono();
  routes.post('/', async (context) => {
    const { domain_id, proxy_url } = await parseBody(context, proxyCheckSchema);
    domains.get(domain_id);
    if (!isLoopbackUrl(proxy_url)) throw proxyElsewhere();
    const successful = await reaches(proxy_url, domain_id);
    const fields = { domain_id, proxy_url, successful, last_run_at: now() };
    const earlier = objects
      .list('proxy_check')
      .find((each) => each['domain_id'] === domain_id && each['proxy_url'] === proxy_url);
    const check = earlier
      ? await objects.update(earlier, fields)
      : await objects.add('proxy_check', fields);
    return context.json(present(check));
  });
  return routes;
}

async function reaches(proxyUrl: string, domainId: string): Promise<boolean> {
  const health = new URL(`${proxyUrl.replace(/\/$/, '')}/v1/proxy-health`);
  health.searchParams.set('domain_id', domainId);
  try {
    const signal = AbortSignal.timeout(proxyTimeoutMs);
    const response = await fetch(health, { redirect: 'error', signal });
    return healthySchema.safeParse(await response.json()).success;
  } catch {
    return false;
  }
}

function proxyElsewhere(): Error {
  return invalidParameter(
    'proxy_url',
    'invalid_proxy_configuration',
    'is invalid',
    'clerk-local checks proxies of this machine only, such as http://localhost:3000/__clerk.',
  );
}
