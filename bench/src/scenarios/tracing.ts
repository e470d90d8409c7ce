import { percent, whole } from '../report/figures.js';
import { medianOf } from './measure.js';
import { sampleTable } from './sample-table.js';
import type { Scenario } from './scenario.js';
import { measureVariants, medianRatio } from './steady.js';
import { shipped, traced } from './variants.js';

/** The cost that tracing adds to a request when it is enabled. */
export const tracing: Scenario = {
  id: 'tracing',
  run: async (context) => {
    const before = context.world.collector.received;
    const samples = await measureVariants({ ...context, variants: [shipped, traced] });
    if (context.world.collector.received === before) throw new Error('No trace arrived.');
    const added = (medianRatio(samples, 'cpuMicros', traced, shipped) ?? Number.NaN) - 1;
    return {
      id: tracing.id,
      title: 'Tracing',
      notes: [
        `\`GET /users/me\` of known users without tracing, and with \`OTEL_EXPORTER_OTLP_ENDPOINT\` set to a collector on another core that accepts every export. Every request is sampled. Tracing adds ${percent(added)} CPU per request, the median over the turns of ${whole(context.rounds)} rounds.`,
      ],
      goals: [],
      tables: [
        sampleTable(
          'variant',
          [...samples].map(([{ label }, all]) => ({ label, sample: medianOf(all) })),
        ),
      ],
      charts: [],
    };
  },
};
