import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClerkStub } from '../support/api-fixture.js';
import { expectUser } from '../support/expect-answer.js';
import { aClerkUser } from '@populatte/nestjs-clerk-sync/test/support/clerk-users.js';
import { aProfileToken } from '../support/session-token.js';
import { TraceCollector } from '../support/trace-collector.js';

const fixture = withClerkStub();

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
    const api = await fixture().start({
      NODE_OPTIONS: `--import=${list}`,
      MODULES_FILE: file,
      ...given,
    });
    expectUser(await api.me(await aProfileToken(fixture().clerk.key, aClerkUser())));
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

  test('with only metrics: prom-client, and of OpenTelemetry only its API, which prom-client loads', async () => {
    const loaded = await loadedBy({ METRICS_ENABLED: 'true' });
    expect(loaded.some((path) => path.includes('prom-client'))).toBe(true);
    expect(loaded.filter((path) => /@opentelemetry\/(?!api\/)/.test(path))).toEqual([]);
  });

  test('with only a collector: OpenTelemetry', async () => {
    const loaded = await loadedBy({ ...off, ...collector.environment });
    expect(loaded.filter((path) => path.includes('@opentelemetry')).length).toBeGreaterThan(10);
    expect(loaded.filter((path) => path.includes('prom-client'))).toEqual([]);
  });
});
