import { expect, test } from 'vitest';
import { freePort, until } from '@populatte/process-kit';
import { withClerkStub } from '../support/api-fixture.js';
import { ApiProcess } from '../support/api-process.js';
import { expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { TraceCollector, traceId, traceparent } from '../support/trace-collector.js';

const fixture = withClerkStub();

test('exports are protobuf by default, under the service’s own name, and flushed at the exit', async () => {
  const collector = await TraceCollector.start();
  const api = await fixture().start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'shop-api',
  });
  const headers = { traceparent: traceparent(traceId(7)) };
  await api.send('/users/me', { headers });
  await api.stop();
  expect(collector.exports[0]?.headers['content-type']).toBe('application/x-protobuf');
  expect(collector.text).toContain('shop-api');
  expect(collector.text).toContain(Buffer.from(traceId(7), 'hex').toString('latin1'));
  await collector.close();
});

test('an unreachable collector does not affect requests, and causes one warning per minute', async () => {
  const api = await fixture().start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  });
  const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
  const api = await fixture().start({
    ...collector.environment,
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BSP_MAX_QUEUE_SIZE: '8',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
  });
  const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
  const api = await fixture().start(collector.environment);
  const token = await aProfileToken(fixture().clerk.key, aClerkUser());
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
    fixture().environment({ ...given, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
  );
  expect(await refused.ended()).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain(
    'OTEL_EXPORTER_OTLP_PROTOCOL is neither http/protobuf nor http/json.',
  );
  const api = await fixture().start(given);
  await api.stop();
  await collector.close();
});
