import { short, whole } from '../report/figures.js';
import type { Section } from '../report/section.js';
import type { Sample } from './measure.js';

type Table = Section['tables'][number];

/**
 * The figures of a load, one row per sample.
 *
 * @param first the heading of the first column
 */
export function sampleTable(
  first: string,
  rows: readonly { readonly label: string; readonly sample: Sample }[],
): Table {
  return {
    columns: [first, 'req/s', 'CPU µs/request', 'p50 ms', 'p99 ms', 'RSS MB'],
    rows: rows.map(({ label, sample }) => [
      label,
      whole(sample.requestsPerSecond),
      short(sample.cpuMicros),
      sample.p50Ms.toFixed(2),
      sample.p99Ms.toFixed(2),
      whole(sample.residentMb),
    ]),
  };
}
