import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clerkUserJson } from '@populatte/clerk-stub';
import { withClerkStub } from '../support/api-fixture.js';
import type { ApiProcess } from '../support/api-process.js';
import { runCommand } from '../support/command.js';
import { expectOutcome, expectProblem, expectUser } from '../support/expect-answer.js';
import { assertNothingLeaked } from '../support/leaks.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken, aSessionToken } from '../support/session-token.js';
import { callersSpan, TraceCollector, traceId, traceparent } from '../support/trace-collector.js';
import { deliver } from '../support/webhook.js';

const fixture = withClerkStub();

describe('with a collector', () => {
  let collector: TraceCollector;
  let api: ApiProcess;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    api = await fixture().start({
      ...collector.environment,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=collector-key',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=rehearsal',
    });
  });
  afterAll(async () => {
    await api.stop();
    await collector.close();
  });

  test('a first request is one trace from the caller through guard, verification, sync and SQL to Clerk', async () => {
    const clerkUser = aClerkUser();
    fixture().clerk.users.set(clerkUser.clerkId, clerkUserJson(clerkUser, Date.now() - 60_000));
    const token = await aSessionToken(fixture().clerk.key, clerkUser.clerkId);
    const headers = { authorization: `Bearer ${token}`, traceparent: traceparent(traceId(1)) };
    expectUser(await api.send('/users/me', { headers }));

    const trace = await collector.trace('GET /users/me', traceId(1));
    expect(trace.outermost).toMatchObject({ parentSpanId: callersSpan, kind: 2, failed: false });
    expect(trace.tree).toEqual([
      'GET /users/me',
      '  clerk.authenticate',
      '    clerk.verify_token',
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
    expect(trace.span('GET /v1/users/{user_id}')).toMatchObject({
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
    const token = await aProfileToken(fixture().clerk.key, aClerkUser());
    const headers = { authorization: `Bearer ${token}`, traceparent: traceparent(traceId(2)) };
    expectUser(await api.me(token));
    expectUser(await api.send('/users/me', { headers }));
    const trace = await collector.trace('GET /users/me', traceId(2));
    expect(trace.tree).toEqual(['GET /users/me', '  clerk.authenticate']);
    expect(trace.span('clerk.authenticate').attributes).toEqual({ 'clerk.outcome': 'unchanged' });
  });

  test('a webhook is a trace from its signature to the statement', async () => {
    expectOutcome(
      await deliver(api, 'user.created', clerkUserJson(aClerkUser(), Date.now())),
      'created',
    );
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
    const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
    const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
    const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
      fixture().environment(collector.environment),
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
