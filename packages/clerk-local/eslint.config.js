import { base, packageLayers } from '@populatte/eslint-config';

const domain = [
  'domain/shared',
  'domain/state',
  'domain/messages',
  'domain/users',
  'domain/organizations',
  'domain/objects',
  'domain/sessions',
  'domain/services',
];
const apis = ['backend-api', 'frontend-api', 'control', 'webhooks'];

/** domain ← http ← backend-api, frontend-api, control, webhooks ← server ← cli (README.md, "Layout"). */
const layers = {
  'domain/shared': { modules: ['zod'], node: true },
  'domain/state': { layers: ['domain/shared'], modules: ['zod'], node: true },
  'domain/messages': { layers: ['domain/shared', 'domain/state'] },
  'domain/users': {
    layers: ['domain/shared', 'domain/state', 'domain/messages'],
    modules: ['@noble/*', '@simplewebauthn/server', 'zod'],
    node: true,
  },
  'domain/organizations': {
    layers: ['domain/shared', 'domain/state', 'domain/messages', 'domain/users', 'domain/objects'],
  },
  'domain/objects': { layers: ['domain/shared', 'domain/state'] },
  'domain/sessions': {
    layers: ['domain/shared', 'domain/state', 'domain/messages', 'domain/users', 'domain/objects'],
    modules: ['jose'],
    node: true,
  },
  /** Used by both APIs: types only. */
  'domain/services': { layers: domain.filter((layer) => layer !== 'domain/services') },
  http: { layers: domain, modules: ['hono', 'zod'], node: true },
  'backend-api': { layers: [...domain, 'http'], modules: ['hono', 'jose', 'zod'], node: true },
  'frontend-api': { layers: [...domain, 'http'], modules: ['hono', 'hono/*', 'zod'], node: true },
  control: { layers: [...domain, 'http'], modules: ['hono', 'zod'], node: true },
  webhooks: { layers: domain, modules: ['standardwebhooks'], node: true },
  /** The page at `/`: text only. */
  console: {},
  server: {
    layers: [...domain, 'http', ...apis, 'console'],
    modules: ['@hono/node-server', '@populatte/process-kit', 'hono', 'hono/*', 'yaml', 'zod'],
    node: true,
  },
  /** Calls a running instance over HTTP, so it needs none of the layers that serve. */
  client: { layers: ['domain/shared'], modules: ['zod'] },
  /** Imported by tests of applications. */
  testing: { layers: ['domain/shared', 'client', 'server'], modules: ['zod'], node: true },
  cli: { layers: [...domain, 'server', 'client'], node: true },
  /** `index.ts`: the public exports. */
  '.': { layers: [...domain, ...apis, 'server', 'client'] },
};

export default [...base(import.meta.dirname), ...packageLayers(import.meta.dirname, layers)];
