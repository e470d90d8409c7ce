import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkUser } from '@populatte/clerk-stub';
import { freePort, until } from '@populatte/process-kit';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { runCommand } from '../support/command.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { assertNothingLeaked } from '../support/leaks.js';
import { aPerson } from '@populatte/nestjs-clerk-sync/test/support/people.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { TraceCollector } from '../support/trace-collector.js';
import { deliver } from '../support/webhook.js';

const fixture = withClerkStub();

const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
  fixture().environment(extra);

/** The caller's trace, as a browser's SDK sends it. */
const traceId = (n: number): string => n.toString(16).padStart(32, 'a');
const callersSpan = 'b7ad6b7169203331';
const traceparent = (id: string): string => `00-${id}-${callersSpan}-01`;

describe('with a collector', () => {
  let collector: TraceCollector;
  let api: ApiProcess;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    api = await ApiProcess.start(
      environment({
        ...collector.environment,
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=collector-key',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=rehearsal',
      }),
    );
  });
  afterAll(async () => {
    await api.stop();
    await collector.close();
  });

  test('a first request is one trace from the caller through guard, verification, sync and SQL to Clerk', async () => {
    const person = aPerson();
    fixture().clerk.users.set(person.clerkId, clerkUser(person, Date.now() - 60_000));
    const token = await aSessionToken(fixture().clerk.key, person.clerkId);
    const headers = { authorization: `Bearer ${token}`, traceparent: traceparent(traceId(1)) };
    expectUser(await api.send('/users/me', { headers }));

    const trace = await collector.trace('GET /users/me', traceId(1));
    expect(trace.outermost).toMatchObject({ parentSpanId: callersSpan, kind: 2, failed: false });
    expect(trace.tree).toEqual([
      'GET /users/me',
      '  clerk.authenticate',
      '    clerk.verify_token',
      '      GET /v1/jwks',
      '    users.find',
      '      user_by_clerk_id',
      '    users.find',
      '      user_by_clerk_id',
      '    GET /v1/users/{user_id}',
      '    users.sync',
      '      find_or_create_user',
    ]);
    expect(trace.outermost.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/users/me',
      'http.response.status_code': 200,
      'populatte.outcome': 'created',
    });
    expect(trace.span('GET /v1/jwks')).toMatchObject({
      kind: 3,
      attributes: { 'http.response.status_code': 200, 'server.address': '127.0.0.1' },
    });
    expect(trace.span('users.sync').attributes).toEqual({ 'clerk.outcome': 'created' });
    expect(trace.span('find_or_create_user').attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.query.summary': 'find_or_create_user',
    });
  });

  test('a warm request has only a span for the guard', async () => {
    const token = await aProfileToken(fixture().clerk.key, aPerson());
    const headers = { authorization: `Bearer ${token}`, traceparent: traceparent(traceId(2)) };
    expectUser(await api.me(token));
    expectUser(await api.send('/users/me', { headers }));
    const trace = await collector.trace('GET /users/me', traceId(2));
    expect(trace.tree).toEqual(['GET /users/me', '  clerk.authenticate']);
    expect(trace.span('clerk.authenticate').attributes).toEqual({ 'clerk.outcome': 'unchanged' });
  });

  test('a webhook is a trace from its signature to the statement', async () => {
    expectOutcome(await deliver(api, 'user.created', clerkUser(aPerson(), Date.now())), 'created');
    const trace = await collector.trace('POST /webhooks/clerk');
    // Once every 5 s, a webhook also records that webhooks arrive.
    expect(trace.tree.filter((line) => line.trim() !== 'insert')).toEqual([
      'POST /webhooks/clerk',
      '  clerk.webhook',
      '    clerk.verify_webhook',
      '    users.sync',
      '      sync_user',
    ]);
    expect(trace.span('clerk.webhook').attributes).toEqual({ 'clerk.outcome': 'created' });
    expect(trace.span('clerk.verify_webhook').attributes).toEqual({
      'clerk.webhook.type': 'user.created',
    });
  });

  test('a transaction has a span for each of its statements', async () => {
    const token = await aProfileToken(fixture().clerk.key, aPerson());
    const answer = await api.send('/users/me/preferences', {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        traceparent: traceparent(traceId(3)),
      },
      body: JSON.stringify({ language: 'de', timeZone: 'Europe/Berlin' }),
    });
    expect(answer.status).toBe(200);
    const trace = await collector.trace('PUT /users/me/preferences', traceId(3));
    expect(trace.tree).toEqual([
      'PUT /users/me/preferences',
      '  clerk.authenticate',
      '    clerk.verify_token',
      '    users.sync',
      '      find_or_create_user',
      '  begin',
      '  set',
      '  select',
      '  insert',
      '  commit',
    ]);
  });

  test('a refusal is traced with its code, but not as a server error', async () => {
    const headers = { authorization: 'Bearer nonsense', traceparent: traceparent(traceId(4)) };
    expectProblem(await api.send('/users/me', { headers }), 401, 'token_invalid');
    const trace = await collector.trace('GET /users/me', traceId(4));
    expect(trace.outermost).toMatchObject({
      failed: false,
      attributes: { 'http.response.status_code': 401, 'populatte.outcome': 'token_invalid' },
    });
    expect(trace.span('clerk.verify_token')).toMatchObject({
      failed: false,
      attributes: { 'error.type': 'token_invalid' },
    });
  });

  test('log lines of a request name its span, which continues the caller’s trace', async () => {
    const token = await aProfileToken(fixture().clerk.key, aPerson());
    const headers = {
      authorization: `Bearer ${token}`,
      traceparent: traceparent(traceId(5)),
      'x-request-id': 'traced-1',
    };
    expectUser(await api.send('/users/me', { headers }));
    const { outermost } = await collector.trace('GET /users/me', traceId(5));
    expect(await api.requestLog('traced-1')).toMatchObject({
      trace_id: traceId(5),
      span_id: outermost.spanId,
    });
    expect(outermost.attributes).toMatchObject({ 'populatte.request_id': 'traced-1' });
  });

  test('a caller’s decision not to trace is respected, and a malformed traceparent starts a new trace', async () => {
    const token = await aProfileToken(fixture().clerk.key, aPerson());
    const authorization = `Bearer ${token}`;
    const unsampled = `00-${traceId(6)}-${callersSpan}-00`;
    await api.send('/users/me', { headers: { authorization, traceparent: unsampled } });
    await api.send('/users/me', {
      headers: { authorization, traceparent: 'nonsense', 'x-request-id': 'malformed-1' },
    });
    const line = await api.requestLog('malformed-1');
    const own = await collector.trace('GET /users/me', String(line['trace_id']));
    expect(own.outermost.parentSpanId).toBeUndefined();
    expect(collector.spans.some((span) => span.traceId === traceId(6))).toBe(false);
  });

  test('probes and the checks once a second are not traced', async () => {
    await api.send('/health/ready');
    await api.send('/health/live');
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.filter(({ name }) => !/^(?:GET|POST) /.test(name))).toEqual([]);
    expect(roots.filter(({ name }) => name.includes('/health'))).toEqual([]);
  });

  test('the collector gets the headers and the resource of OpenTelemetry’s variables', () => {
    expect(collector.exports[0]).toMatchObject({
      path: '/v1/traces',
      headers: { 'api-key': 'collector-key', 'content-type': 'application/json' },
    });
    expect(collector.spans[0]?.resource).toMatchObject({
      'service.name': 'populatte-api',
      'service.version': expect.any(String) as string,
      'deployment.environment.name': 'rehearsal',
      'process.pid': api.pid,
    });
  });

  test('a command is a trace with its statements and its calls to Clerk', async () => {
    const result = await runCommand(
      ['users', 'reconcile', '--dry-run'],
      environment(collector.environment),
    );
    expect([0, 2]).toContain(result.code);
    const trace = await collector.trace('users reconcile');
    expect(trace.tree).toContain('  GET /v1/users');
    expect(trace.tree).toContain('  select');
  });

  test('no span contains a token, an id or personal data', () => {
    expect(collector.spans.length).toBeGreaterThan(10);
    assertNothingLeaked(collector.text);
    expect(collector.text).not.toMatch(/user_[0-9a-z]{5,}/i);
  });
});

test('exports are protobuf by default, under the service’s own name, and flushed at the exit', async () => {
  const collector = await TraceCollector.start();
  const api = await ApiProcess.start(
    environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'shop-api',
    }),
  );
  const headers = { traceparent: traceparent(traceId(7)) };
  await api.send('/users/me', { headers });
  await api.stop();
  expect(collector.exports[0]?.headers['content-type']).toBe('application/x-protobuf');
  expect(collector.text).toContain('shop-api');
  expect(collector.text).toContain(Buffer.from(traceId(7), 'hex').toString('latin1'));
  await collector.close();
});

describe('modules of disabled features are not loaded', () => {
  let folder: string;
  let collector: TraceCollector;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'populatte-modules-'));
    collector = await TraceCollector.start();
  });
  afterAll(async () => {
    await collector.close();
    rmSync(folder, { recursive: true });
  });

  /**
   * @returns the modules for metrics and tracing that an API has loaded after it has answered a
   * request
   */
  async function loadedBy(given: Readonly<Record<string, string>>): Promise<string[]> {
    const file = join(folder, 'modules');
    const list = pathToFileURL(join(import.meta.dirname, '../support/list-modules.mjs')).href;
    const api = await ApiProcess.start(
      environment({ NODE_OPTIONS: `--import=${list}`, MODULES_FILE: file, ...given }),
    );
    expectUser(await api.me(await aProfileToken(fixture().clerk.key, aPerson())));
    await api.send('/users/me', { headers: { 'x-request-id': 'r1' } });
    expect('trace_id' in (await api.requestLog('r1'))).toBe('OTEL_BSP_SCHEDULE_DELAY' in given);
    await api.stop();
    const all = readFileSync(file, 'utf8').split('\n');
    return all.filter((path) => /@opentelemetry|prom-client|bintrees|tdigest/.test(path));
  }

  const off = { METRICS_ENABLED: 'false' };

  test.each<[string, () => Record<string, string>]>([
    ['without a collector', () => ({})],
    [
      'with OTEL_SDK_DISABLED',
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SDK_DISABLED: 'true' }),
    ],
  ])('%s and without metrics: neither OpenTelemetry nor prom-client', async (_name, given) => {
    expect(await loadedBy({ ...off, ...given() })).toEqual([]);
  });

  test('with metrics alone: prom-client, and of OpenTelemetry only its API, which prom-client loads', async () => {
    const loaded = await loadedBy({ METRICS_ENABLED: 'true' });
    expect(loaded.some((path) => path.includes('prom-client'))).toBe(true);
    expect(loaded.filter((path) => /@opentelemetry\/(?!api\/)/.test(path))).toEqual([]);
  });

  test('with a collector alone: OpenTelemetry', async () => {
    const loaded = await loadedBy({ ...off, ...collector.environment });
    expect(loaded.filter((path) => path.includes('@opentelemetry')).length).toBeGreaterThan(10);
    expect(loaded.filter((path) => path.includes('prom-client'))).toEqual([]);
  });
});

test('an unreachable collector does not affect requests, and causes one warning per minute', async () => {
  const api = await ApiProcess.start(
    environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    }),
  );
  const token = await aProfileToken(fixture().clerk.key, aPerson());
  for (let round = 0; round < 40; round += 1) expectUser(await api.me(token));
  const warnings = (): number =>
    api.logs().filter(({ msg }) => msg?.startsWith('Traces could not be exported') === true).length;
  await until('the loss is reported', () => warnings() > 0);
  for (let round = 0; round < 40; round += 1) expectUser(await api.me(token));
  expect(warnings()).toBe(1);
  await api.stop();
  expect(api.stderr).toBe('');
});

test('a collector that is too slow for the queue causes one warning per minute', async () => {
  const collector = await TraceCollector.slow(200);
  const api = await ApiProcess.start(
    environment({
      ...collector.environment,
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_BSP_MAX_QUEUE_SIZE: '8',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
    }),
  );
  const token = await aProfileToken(fixture().clerk.key, aPerson());
  const warnings = (): unknown[] =>
    api.logs().filter(({ msg }) => msg?.startsWith('Traces could not be exported') === true);
  await until('the loss is reported', async () => {
    await Promise.all(Array.from({ length: 20 }, () => api.me(token)));
    return warnings().length > 0;
  });
  expect(warnings()).toMatchObject([
    { err: { message: expect.stringMatching(/^Dropped \d+ spans/) as string } },
  ]);
  await api.stop();
  await collector.close();
});

test('a collector that never responds delays neither requests nor the shutdown', async () => {
  const collector = await TraceCollector.silent();
  const api = await ApiProcess.start(environment(collector.environment));
  const token = await aProfileToken(fixture().clerk.key, aPerson());
  // More spans than the queue holds.
  for (let round = 0; round < 60; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.me(token)));
    for (const answer of answers) expectUser(answer);
  }
  const since = performance.now();
  api.signal('SIGTERM');
  expect(await api.ended()).toMatchObject({ code: 0 });
  expect(performance.now() - since).toBeLessThan(8_000);
  expect(api.logs().map(({ msg }) => msg)).toContain('Shut down.');
  await collector.close();
});

test('an unsupported protocol stops the startup with its name, but only if tracing is on', async () => {
  const collector = await TraceCollector.start();
  const given = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  const refused = ApiProcess.spawn(
    environment({ ...given, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
  );
  expect(await refused.ended()).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(
    'OTEL_EXPORTER_OTLP_PROTOCOL is neither http/protobuf nor http/json.',
  );
  const api = await ApiProcess.start(environment(given));
  await api.stop();
  await collector.close();
});
