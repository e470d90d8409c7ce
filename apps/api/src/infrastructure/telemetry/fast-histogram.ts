import { Histogram, type Registry } from 'prom-client';

/** In seconds: from a cache hit to the deadline of a request. */
export const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export interface FastHistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Upper bounds, increasing. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/**
 * A histogram for the hot path: prom-client's own allocates and builds a key for each observation. Get a
 * series once per set of labels, and observe with that.
 */
export class FastHistogram<Label extends string> extends Histogram<Label> {
  private readonly metric: { readonly name: string; readonly help: string };
  private readonly bounds: readonly number[];
  private readonly series: Series<Label>[] = [];

  constructor({ name, help, labelNames, buckets, registry }: FastHistogramOptions<Label>) {
    super({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
    this.metric = { name, help };
    this.bounds = buckets;
  }

  /** @returns a new series; the caller keeps it, since the same labels twice would be two series */
  with(labels: Readonly<Record<Label, string>>): Series<Label> {
    const series = new Series(labels, this.bounds);
    this.series.push(series);
    return series;
  }

  /** prom-client's own method, which its registry and its `get` call, and which its types lack. */
  getForPromString(): Promise<unknown> {
    const values = this.series.flatMap((series) => series.values(this.metric.name));
    return Promise.resolve({ ...this.metric, type: 'histogram', aggregator: 'sum', values });
  }
}

interface PrintedValue<Label extends string> {
  readonly metricName: string;
  readonly labels: { le?: number | string };
  readonly sharedLabels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** The observations of one set of labels. */
export class Series<Label extends string> {
  private readonly counts: Float64Array;
  private count = 0;
  private sum = 0;

  constructor(
    private readonly labels: Readonly<Record<Label, string>>,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const { bounds, counts } = this;
    for (let index = 0; index < bounds.length; index += 1) {
      if (value <= (bounds[index] ?? 0)) {
        counts[index] = (counts[index] ?? 0) + 1;
        return;
      }
    }
  }

  /** @returns the series as prom-client prints it, cumulative */
  values(name: string): PrintedValue<Label>[] {
    const sharedLabels = this.labels;
    const bucket = `${name}_bucket`;
    let cumulative = 0;
    const buckets = this.bounds.map((le, index) => {
      cumulative += this.counts[index] ?? 0;
      return { metricName: bucket, labels: { le }, sharedLabels, value: cumulative };
    });
    return [
      ...buckets,
      { metricName: bucket, labels: { le: '+Inf' }, sharedLabels, value: this.count },
      { metricName: `${name}_sum`, labels: {}, sharedLabels, value: this.sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels, value: this.count },
    ];
  }
}
