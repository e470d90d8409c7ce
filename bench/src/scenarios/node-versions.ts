import { execFileSync } from 'node:child_process';
import { barChart } from '../report/bar-chart.js';
import { ratio, short } from '../report/figures.js';
import { toGoal, type Section } from '../report/section.js';
import { medianOf } from './measure.js';
import { sampleTable } from './sample-table.js';
import type { Scenario } from './scenario.js';
import { measureVariants, medianRatio } from './steady.js';
import { bareNode, shipped, shippedSilent, type Variant } from './variants.js';

/** The servers on one version of Node. */
interface OnVersion {
  readonly version: string;
  readonly bare: Variant;
  readonly api: Variant;
  readonly silent: Variant;
}

/** From this major version, V8 and `node:http` are faster, so the goal is higher. */
const fasterSince = 26;

/** The steady load on several versions of Node, side by side. */
export const nodeVersions: Scenario = {
  id: 'node-versions',
  run: async (context) => {
    const versions = [process.execPath, ...context.nodes].map(onVersion);
    const variants = versions.flatMap(({ bare, api, silent }) => [bare, api, silent]);
    const samples = await measureVariants({ ...context, variants });
    const rows = variants.map((variant) => ({
      ...variant,
      sample: medianOf(samples.get(variant) ?? []),
    }));
    return {
      id: nodeVersions.id,
      title: 'Versions of Node',
      notes: [
        `The load of the first table on each version of Node, in turns within one run. To measure another version, pass its executable with \`--node\`.`,
      ],
      goals: versions.flatMap(({ version, bare, silent }) => {
        const share = medianRatio(samples, 'cpuMicros', bare, silent);
        const atLeast = Number.parseInt(version, 10) >= fasterSince ? 0.45 : 0.36;
        const what = `Node ${version}: CPU per request, bare node:http relative to this API without a log`;
        return share === undefined ? [] : [toGoal(what, share, { atLeast }, ratio)];
      }),
      tables: [sampleTable('server', rows)],
      charts: [
        barChart(
          'node-versions.svg',
          'What a request costs on each version of Node',
          'µs of the server’s CPU per request; less is better',
          rows.map(({ label, sample, script }) => ({
            label,
            value: sample.cpuMicros,
            emphasis: script === shipped.script,
          })),
          short,
        ),
      ],
    } satisfies Section;
  },
};

function onVersion(node: string): OnVersion {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const on = (variant: Variant): Variant => ({
    ...variant,
    node,
    id: `${variant.id}-node-${version}`,
    label: `Node ${version}: ${variant.label}`,
  });
  return { version, bare: on(bareNode), api: on(shipped), silent: on(shippedSilent) };
}
