import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasPromtool, parseErrors, selectorsIn } from './promql.js';
import { files, read, root } from './repository.js';

const folder = join(root, 'deploy/observability');
const rules = parse(read('deploy/observability/rules.yaml')).groups.flatMap((group) => group.rules);
const monitoring = read('docs/operations/monitor.md');

/** The names of the API's own metrics in its source. */
const sources = files
  .filter((path) => path.startsWith('apps/api/src/infrastructure/telemetry/'))
  .map((path) => read(path))
  .join('\n');
const declared = new Set([...sources.matchAll(/name: '([a-z0-9_]+)'/g)].map(([, name]) => name));

describe('the alerts', () => {
  test.each(rules.map((rule) => [rule.alert, rule]))(
    '%s uses metrics that exist',
    (_name, rule) => {
      const used = selectorsIn(rule.expr)
        .map(({ metric }) => metric)
        .filter((name) => name !== 'up');
      expect(used.filter((name) => !declared.has(name))).toEqual([]);
    },
  );

  test.each(rules.map((rule) => [rule.alert, rule]))(
    '%s is in its runbook',
    (name, { annotations }) => {
      const [document, section] = annotations.runbook.split('#');
      expect(section).toBe('alerts');
      expect(read(document).split('\n## Alerts\n')[1]).toContain(`| \`${name}\``);
    },
  );

  test('every metric of the API is documented', () => {
    expect([...declared].filter((name) => !monitoring.includes(`\`${name}`))).toEqual([]);
  });

  test.skipIf(!hasPromtool)('Prometheus can parse every rule and its own configuration', () => {
    expect(parseErrors(rules.map(({ expr }) => expr))).toBe('');
    const { status, stderr } = spawnSync('promtool', ['check', 'config', 'prometheus.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });

  test.skipIf(!hasPromtool)('each failure fires its alert, and no other', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'rules.test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  });
});
