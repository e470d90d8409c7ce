import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Debian's package `prometheus` has promtool; without it, expressions are not evaluated. */
export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/**
 * Finds the metrics of a PromQL expression, without a histogram's suffix, and the labels and the
 * matchers of each selector.
 *
 * @param {string} expression
 * @returns {{ metric: string, labels: string[], matchers: string[] }[]}
 */
export function selectorsIn(expression) {
  return [...expression.matchAll(/\b([a-zA-Z_][a-zA-Z0-9_]*)\{([^}]*)\}/g)].map(
    ([, name, matchers]) => ({
      metric: name.replace(/_(?:count|sum|bucket)$/, ''),
      labels: [...matchers.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label),
      matchers: [...matchers.matchAll(/[a-z_]+\s*(?:=~|!~|!=|=)\s*"[^"]*"/g)].map(([text]) => text),
    }),
  );
}

/**
 * Parses expressions with Prometheus's own parser: each as a recording rule.
 *
 * @param {readonly string[]} expressions
 * @returns {string} promtool's errors; empty if it can parse all expressions
 */
export function parseErrors(expressions) {
  const folder = mkdtempSync(join(tmpdir(), 'populatte-promql-'));
  try {
    const rules = expressions.map((expr, index) => ({ record: `expression_${index}`, expr }));
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: [{ name: 'all', rules }] }));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', 'rules.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return status === 0 ? '' : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
