import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Debian's package `prometheus` has promtool. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const rulesFile = fileURLToPath(
  new URL('../../../../deploy/observability/rules.yaml', import.meta.url),
);

/** The interval between two scrapes, in milliseconds. */
const pauseMs = 100;

/** Gauges whose value is a duration. They are scaled, because time passes faster in a rehearsal. */
const durations = ['clerk_jwks_age_seconds', 'user_event_handler_lag_seconds'];
const timestamps = ['clerk_webhook_last_received_timestamp_seconds'];

export interface RehearsalOptions {
  /**
   * The interval between two scrapes as Prometheus sees it, in seconds. Default: 15, as in production.
   */
  readonly secondsPerScrape?: number;
}

/**
 * Scrapes the real `/metrics` during a failure, and evaluates the real rules on the result.
 *
 * The alerts need minutes to fire. The scrapes are a tenth of a second apart, but Prometheus sees
 * them as 15 s apart or more. Durations are scaled by the same factor. Counters are not scaled.
 */
export class AlertRehearsal {
  private readonly series = new Map<string, string[]>();
  private scrapes = 0;
  private readonly secondsPerScrape: number;
  private readonly startedAt = Date.now() / 1000;

  /**
   * @param scrape requests `/metrics`; resolves to its text, or undefined if there is no answer
   */
  constructor(
    private readonly scrape: () => Promise<string | undefined>,
    { secondsPerScrape = 15 }: RehearsalOptions = {},
  ) {
    this.secondsPerScrape = secondsPerScrape;
  }

  /**
   * Lets time pass.
   *
   * @param minutes as Prometheus sees them
   * @param cause called before each scrape: the traffic
   */
  async pass(
    minutes: number,
    cause: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const count = Math.ceil((minutes * 60) / this.secondsPerScrape);
    for (let scrape = 0; scrape < count; scrape += 1) {
      await cause();
      this.record(await this.scrape());
      await sleep(pauseMs);
    }
  }

  /**
   * @param alerts the names of exactly the alerts that must fire now
   * @throws Error with promtool's output if other alerts fire, or some of these do not
   */
  async expectFiring(...alerts: readonly string[]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'populatte-alerts-'));
    try {
      await writeFile(join(folder, 'rules.yaml'), await readFile(rulesFile));
      await writeFile(join(folder, 'test.yaml'), JSON.stringify(this.describe(alerts)));
      await promisify(execFile)('promtool', ['test', 'rules', 'test.yaml'], { cwd: folder }).catch(
        (error: unknown) => {
          const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
          throw new Error(`Not exactly these alerts fire: ${alerts.join(', ')}\n${output}`, {
            cause: error,
          });
        },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** A file for `promtool test rules`; JSON is YAML. */
  private describe(alerts: readonly string[]): unknown {
    return {
      rule_files: ['rules.yaml'],
      evaluation_interval: '15s',
      tests: [
        {
          interval: `${this.secondsPerScrape}s`,
          input_series: [...this.series].map(([series, values]) => ({
            series,
            values: values.join(' '),
          })),
          promql_expr_test: [
            {
              expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
              eval_time: `${(this.scrapes - 1) * this.secondsPerScrape}s`,
              exp_samples: alerts.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
            },
          ],
        },
      ],
    };
  }

  private record(text: string | undefined): void {
    this.add('up{job="populatte",instance="api:9100"}', text === undefined ? 0 : 1);
    for (const line of (text ?? '').split('\n')) {
      const [, name = '', labels = '', value = ''] =
        /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (name === '' || name.endsWith('_bucket') || name.startsWith('nodejs_')) continue;
      const all = ['job="populatte"', 'instance="api:9100"', ...(labels === '' ? [] : [labels])];
      this.add(`${name}{${all.join(',')}}`, this.scaled(name, Number(value)));
    }
    this.scrapes += 1;
  }

  private scaled(name: string, value: number): number {
    const factor = (this.secondsPerScrape * 1000) / pauseMs;
    if (durations.includes(name)) return value * factor;
    if (!timestamps.includes(name) || value === 0) return value;
    // Prometheus's clock starts at 0 here, and a timestamp of 0 means "never".
    return Math.max(1, (value - this.startedAt) * factor);
  }

  private add(series: string, value: number): void {
    const values = this.series.get(series) ?? Array.from({ length: this.scrapes }, () => '_');
    this.series.set(series, values);
    // A scrape without a value of a series leaves a gap.
    while (values.length < this.scrapes) values.push('_');
    values.push(Number.isFinite(value) ? String(value) : '_');
  }
}
