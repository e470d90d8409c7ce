import { type Endpoint, endpoints } from '@populatte/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { version } from '../../src/core/version.js';
import { withApi, type ApiFixture } from '../support/api-fixture.js';
import { expectProblem } from '../support/expect-answer.js';
import { lintOpenApi } from '../support/lint-openapi.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { RawConnection } from '../support/raw-connection.js';
import { aProfileToken } from '../support/session-token.js';

const document = z.object({
  openapi: z.string().regex(/^3\.1\./),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
  ),
});

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];

/** Requests that every route refuses, by status. For 408, see slow-clients.test.ts. */
const refusals: readonly (readonly [number, (line: string) => string])[] = [
  [400, (line) => `${line} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`],
  [417, (line) => `${line} HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n`],
  [431, (line) => `${line} HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
];

/** A tree of endpoints. */
interface Tree {
  readonly [name: string]: Endpoint | Tree;
}

/** The paths of the contract, as OpenAPI writes them. */
function contractPaths(tree: Tree): string[] {
  return Object.values(tree).flatMap((node) =>
    isEndpoint(node) ? node.path.replace(/:(\w+)/g, '{$1}') : contractPaths(node),
  );
}

function isEndpoint(node: Endpoint | Tree): node is Endpoint {
  return typeof node.path === 'string';
}

/** Every documented path, and paths that are not in the contracts. */
async function candidates({ api }: ApiFixture): Promise<string[]> {
  const { paths } = document.parse((await api.send('/openapi.json')).json());
  return [
    ...Object.keys(paths),
    ...['/', '/openapi.json', '/docs', '/docs/json', '/docs/yaml', '/users', '/health', '/admin'],
  ];
}

/** Routes that answer a request without a token with neither 401 nor 404. */
async function openRoutes(shared: ApiFixture): Promise<string[]> {
  const open: string[] = [];
  for (const path of await candidates(shared)) {
    for (const method of methods) {
      const { status } = await shared.api.send(path, { method });
      if (status !== 401 && status !== 404) open.push(`${method} ${path} ${status}`);
    }
  }
  return open.sort();
}

describe('outside production', () => {
  const fixture = withApi();

  test('the OpenAPI document is of version 3.1 and has the routes of the contract', async () => {
    const { api } = fixture();
    const answer = await api.send('/openapi.json');
    expect(answer.headers['content-type']).toMatch(/^application\/json\b/);
    const { paths } = document.parse(answer.json());
    const others = ['/health/live', '/health/ready', '/metrics', '/webhooks/clerk'];
    const expected = new Set([...others, ...contractPaths(endpoints)]);
    expect(Object.keys(paths).sort()).toEqual([...expected].sort());
    expect(Object.keys(paths['/users/me']?.['get']?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '401', '503']),
    );
  });

  test('the OpenAPI document passes the recommended rules of Redocly and Spectral', async () => {
    const { api } = fixture();
    expect(await lintOpenApi((await api.send('/openapi.json')).json())).toEqual([]);
  });

  test.each(refusals)('every route answers and documents %i', async (status, refuse) => {
    const { api } = fixture();
    const { paths } = document.parse((await api.send('/openapi.json')).json());
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const connection = await RawConnection.open(api.url);
        const answer = await connection.exchange(refuse(`${method.toUpperCase()} ${path}`));
        connection.destroy();
        expect(answer, `${method} ${path}`).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        expect(Object.keys(responses), `${method} ${path}`).toContain(String(status));
      }
    }
  });

  test.each(['/docs', '/docs/json', '/metrics', '/openapi.json'])(
    'a refused request for %s gets a problem document and has a log line',
    async (path) => {
      const { api } = fixture();
      const connection = await RawConnection.open(api.url);
      const answer = await connection.exchange(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`,
      );
      connection.destroy();
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/^content-type: application\/problem\+json\r$/im);
      const id = /^x-request-id: (\S+)\r$/im.exec(answer)?.[1] ?? '';
      expect(await api.requestLog(id)).toMatchObject({ status: 400, outcome: 'validation_failed' });
    },
  );

  test('the OpenAPI linters report a document that breaks their rules', async () => {
    const findings = await lintOpenApi({ openapi: '3.1.0', info: { title: 'x' }, paths: {} });
    expect(findings.join('\n')).toMatch(/^redocly /m);
    expect(findings.join('\n')).toMatch(/^spectral /m);
  });

  test('Swagger UI is served with all its assets', async () => {
    const { api } = fixture();
    const page = await api.send('/docs');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html\b/);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path = '']) => new URL(path, `${api.url}/docs`),
    );
    expect(assets.length).toBeGreaterThan(2);
    for (const { origin, pathname } of assets) {
      expect(origin).toBe(api.url);
      expect({ pathname, status: (await api.send(pathname)).status }).toMatchObject({
        status: 200,
      });
    }
  });

  test('Swagger UI finds its files and the API behind a proxy that adds a path', async () => {
    const { api } = fixture();
    const { text } = await api.send('/docs');
    const paths = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, path = '']) => new URL(path, 'https://example.com/prefix/docs').pathname,
    );
    expect(paths.length).toBeGreaterThan(2);
    for (const path of paths) {
      expect(path).toMatch(/^\/prefix\/docs\//);
      expect((await api.send(path.replace('/prefix', ''))).status, path).toBe(200);
    }
    const specification: unknown = (await api.send('/docs/json')).json();
    const { servers } = z
      .object({ servers: z.array(z.object({ url: z.string() })) })
      .parse(specification);
    expect(
      servers.map(({ url }) => new URL(url, 'https://example.com/prefix/docs/json').href),
    ).toEqual(['https://example.com/prefix/']);
  });

  test('only these routes answer without a token', async () => {
    expect(await openRoutes(fixture())).toEqual([
      'GET /docs 200',
      'GET /docs/json 200',
      'GET /docs/yaml 200',
      'GET /health/live 200',
      'GET /health/ready 200',
      'GET /metrics 200',
      'GET /openapi.json 200',
      'HEAD /docs 200',
      'HEAD /docs/json 200',
      'HEAD /docs/yaml 200',
      'HEAD /health/live 200',
      'HEAD /health/ready 200',
      'HEAD /metrics 200',
      'HEAD /openapi.json 200',
      // Public for the guard; the signature protects it.
      'POST /webhooks/clerk 400',
    ]);
  });

  test('the health routes answer as in the contract', async () => {
    const { api } = fixture();
    const live = await api.send('/health/live');
    expect(live.json()).toEqual({ status: 'ok', version });
    const ready = await api.send('/health/ready');
    expect(ready.json()).toEqual({ status: 'ok' });
    expect([live.status, ready.status]).toEqual([200, 200]);
  });
});

describe.each([
  ['in production', { NODE_ENV: 'production' }],
  ['with DOCS_ENABLED=false', { DOCS_ENABLED: 'false' }],
])('%s', (_name, extra) => {
  const fixture = withApi(extra);

  test.each(['/openapi.json', '/docs', '/docs/json', '/docs/static/index.html'])(
    '%s does not exist, with or without a token',
    async (path) => {
      const { api, clerk } = fixture();
      expectProblem(await api.send(path), 404, 'not_found');
      const authorization = `Bearer ${await aProfileToken(clerk.key, aClerkUser())}`;
      expectProblem(await api.send(path, { headers: { authorization } }), 404, 'not_found');
    },
  );

  test('the other routes are served', async () => {
    const { api, clerk } = fixture();
    expect((await api.me(await aProfileToken(clerk.key, aClerkUser()))).status).toBe(200);
  });
});

describe('in production with DOCS_ENABLED=true', () => {
  const fixture = withApi({ NODE_ENV: 'production', DOCS_ENABLED: 'true' });

  test('the OpenAPI document and Swagger UI are served', async () => {
    const { api } = fixture();
    expect((await api.send('/openapi.json')).status).toBe(200);
    expect((await api.send('/docs')).status).toBe(200);
  });
});
