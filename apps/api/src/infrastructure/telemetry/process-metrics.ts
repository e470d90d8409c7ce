import type { Environment } from '../config/env.schema.js';
import type { PrometheusMetrics } from './prometheus-metrics.js';

/**
 * The process's metrics; `active` is null while metrics are off: prom-client is not even loaded then.
 * Type and injection token in one.
 */
export class ProcessMetrics {
  constructor(readonly active: PrometheusMetrics | null) {}

  /** Loads prom-client if metrics are on. */
  static async load({ metrics }: Pick<Environment, 'metrics'>): Promise<ProcessMetrics> {
    if (!metrics.enabled) return new ProcessMetrics(null);
    const { PrometheusMetrics } = await import('./prometheus-metrics.js');
    return new ProcessMetrics(new PrometheusMetrics());
  }
}
