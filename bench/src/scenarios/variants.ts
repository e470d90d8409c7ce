/** A server to measure. */
export interface Variant {
  readonly id: string;
  readonly label: string;
  readonly script: URL;
  /** In addition to the API's variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether it sends traces to the bench's collector. */
  readonly traced?: boolean;
  /** The `node` executable that runs it; by default that of this process. */
  readonly node?: string;
}

const own = (name: string): URL => new URL(`../servers/${name}.js`, import.meta.url);
const api = new URL('main.js', import.meta.resolve('@populatte/api/main.js'));
const silent = { LOG_LEVEL: 'silent' };
const noTokens = { TOKEN_CACHE_ENABLED: 'false' };
const noUsers = { USER_CACHE_ENABLED: 'false' };

/** This API as shipped: `node apps/api/dist/main.js`. */
export const shipped: Variant = {
  id: 'api',
  label: 'this API, as shipped',
  script: api,
  env: {},
};

/** This API with tracing, which samples every request. */
export const traced: Variant = {
  id: 'api-traced',
  label: 'this API, every request traced',
  script: api,
  env: {},
  traced: true,
};

/** This API without its caches. */
export const uncached: Variant = {
  id: 'api-no-caches',
  label: 'this API, both caches off',
  script: api,
  env: { ...noTokens, ...noUsers },
};

export const bareNode: Variant = {
  id: 'node-http',
  label: 'bare node:http',
  script: own('node-http'),
  env: {},
};

export const bareNest: Variant = {
  id: 'nest-fastify',
  label: 'bare Nest route on Fastify, body prepared',
  script: own('nest-fastify'),
  env: {},
};

export const unauthenticated: Variant = {
  id: 'no-auth',
  label: 'this API’s route without authentication',
  script: own('no-authentication'),
  env: {},
};

export const unauthenticatedSilent: Variant = {
  id: 'no-auth-silent',
  label: 'no authentication, LOG_LEVEL=silent',
  script: own('no-authentication'),
  env: silent,
};

export const shippedSilent: Variant = {
  id: 'api-silent',
  label: 'this API, LOG_LEVEL=silent',
  script: api,
  env: silent,
};

export const withoutTokenCache: Variant = {
  id: 'api-no-token-cache',
  label: 'this API, token cache off',
  script: api,
  env: noTokens,
};

export const withoutUserCache: Variant = {
  id: 'api-no-user-cache',
  label: 'this API, user cache off',
  script: api,
  env: noUsers,
};

export const usualOnFastify: Variant = {
  id: 'usual-fastify',
  label: 'the usual way, Nest on Fastify',
  script: own('usual-fastify'),
  env: {},
};

export const usualOnExpress: Variant = {
  id: 'usual-express',
  label: 'the usual way, Nest on Express',
  script: own('usual-express'),
  env: {},
};

/** The baseline of a first request. */
export const verifiedSelect: Variant = {
  id: 'verified-select',
  label: 'verify and one select',
  script: own('verified-select'),
  env: {},
};

/** The minimum work of a first request. */
export const verifiedInsert: Variant = {
  id: 'verified-insert',
  label: 'verify and one insert',
  script: own('verified-insert'),
  env: {},
};

/** In the order of the steady scenario's table. */
export const steadyVariants: readonly Variant[] = [
  bareNode,
  bareNest,
  unauthenticated,
  shipped,
  unauthenticatedSilent,
  shippedSilent,
  withoutTokenCache,
  withoutUserCache,
  uncached,
  usualOnFastify,
  usualOnExpress,
];
