import { describe, expect, test } from 'vitest';
import { read, readJson, readYaml } from './repository.js';
import { hasPromtool, parseErrors, selectorsIn } from './promql.js';

const dashboard = readJson('deploy/observability/dashboard.json');
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

const rules = readYaml('deploy/observability/rules.yaml').groups.flatMap((group) => group.rules);

/** The labels of each metric, as documented. */
const documented = new Map(
  [...read('docs/operations/monitor.md').matchAll(/`([a-z0-9_]+)\{([a-z,]+)\}`/g)].map(
    ([, name, labels]) => [name, labels.split(',')],
  ),
);
const ofPrometheus = ['job', 'instance', 'le', 'alertname'];

describe('the dashboard', () => {
  test.each([
    'Requests',
    'Sign-ins and refusals',
    'Sync',
    'Caches and notifications',
    'Webhooks',
    'Drift and handlers',
    'Database pool',
    'Signing keys',
    'Processes',
  ])('has the row “%s”', (title) => {
    expect(dashboard.panels.filter(({ type }) => type === 'row').map((row) => row.title)).toContain(
      title,
    );
  });

  test('every panel has its own id, position and query', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { gridPos } of dashboard.panels)
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(panels.filter(({ targets }) => targets.length === 0)).toEqual([]);
  });

  test('queries only labels that the metric has', () => {
    const wrong = queries.flatMap(({ title, expr }) =>
      selectorsIn(expr).flatMap(({ metric, labels }) =>
        labels
          .filter((label) => !ofPrometheus.includes(label))
          .filter((label) => !(documented.get(metric) ?? []).includes(label))
          .map((label) => `${title}: ${metric} has no label ${label}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('a legend uses only labels that the query keeps', () => {
    const wrong = queries.filter(({ expr, legendFormat }) => {
      const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
        list.split(/,\s*/),
      );
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      return named.some((label) => label !== 'instance' && !kept.includes(label));
    });
    expect(wrong).toEqual([]);
  });

  test('shows every metric of the alerts', () => {
    const shown = queries.flatMap(({ expr }) => selectorsIn(expr)).map(({ metric }) => metric);
    const alerted = rules.flatMap(({ expr }) => selectorsIn(expr)).map(({ metric }) => metric);
    expect(
      [...new Set(alerted)].filter((metric) => metric !== 'up' && !shown.includes(metric)),
    ).toEqual([]);
  });

  test('a panel that names an alert shows the series that the alert evaluates', () => {
    const named = rules.flatMap(({ alert, expr }) =>
      panels
        .filter(({ description = '' }) => description.includes(alert))
        .map(({ title, targets }) => ({
          title,
          shown: targets.map((target) => target.expr),
          expr,
        })),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const { title, shown, expr } of named) {
      expect(shown.flatMap(selectorsIn), title).toEqual(selectorsIn(expr));
    }
  });

  test.skipIf(!hasPromtool)('has only queries that Prometheus can parse', () => {
    const expressions = queries.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));
    expect(parseErrors(expressions)).toBe('');
  });

  test.skipIf(!hasPromtool)('a query that Prometheus cannot parse is reported', () => {
    expect(parseErrors(['sum(rate(up[1m])'])).toContain('parse error');
  });
});
