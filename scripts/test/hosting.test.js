import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployVariables, listedVariables, requiredWebBuildVariables } from './deploy-variables.js';
import { read, root } from './repository.js';

const guide = read('docs/deploy.md');
const sections = new Map(
  guide
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0], section]),
);
const hosts = ['Fly', 'Railway', 'Render', 'Vercel'];

/** The drain time of a process in milliseconds, as set in the section. */
const drainOf = (section) => Number(/SHUTDOWN_DRAIN_MS\D+(\d+)/.exec(section)?.[1]);

describe('docs/deploy.md', () => {
  test('names only variables that are read', () => {
    const named = [...guide.matchAll(/\b(?:[A-Z]+_)+[A-Z]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((name) => !listedVariables.has(name))).toEqual([]);
  });

  test('names only files that exist', () => {
    const paths = [...guide.matchAll(/\b(?:deploy|apps)\/[\w./]+[\w]/g)]
      .map(([path]) => path)
      .filter((path) => !path.includes('/dist/'));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test.each(hosts.slice(0, 3))('%s: every required variable of the API is set', (host) => {
    const section = sections.get(host);
    const { required } = deployVariables('api');
    expect(required.filter((name) => !section.includes(name))).toEqual([]);
    expect(section).toContain('/health/ready');
    expect(section).toContain('deploy/api.Dockerfile');
  });

  test.each(hosts)('%s: every required variable of the web app is set', (host) => {
    const section = sections.get(host);
    const required = ['CLERK_SECRET_KEY', 'WEB_URL', ...requiredWebBuildVariables];
    expect(required.filter((name) => !section.includes(name))).toEqual([]);
  });

  test.each([
    ['Fly', /kill_timeout = (\d+)/],
    ['Railway', /"drainingSeconds": (\d+)/],
    ['Render', /maxShutdownDelaySeconds: (\d+)/],
  ])('%s: a process has time to shut down', (host, pattern) => {
    const section = sections.get(host);
    const seconds = Number(pattern.exec(section)?.[1]);
    expect(seconds * 1000).toBeGreaterThan(drainOf(section) + 8_000);
  });

  test('the blueprint of Render and the settings of Railway parse', () => {
    const [, yaml] = /```yaml\n(.*?)```/s.exec(sections.get('Render'));
    expect(parse(yaml).services.map(({ name }) => name)).toEqual(['api', 'web']);
    const [, json] = /```json\n(.*?)```/s.exec(sections.get('Railway'));
    expect(JSON.parse(json).build.builder).toBe('DOCKERFILE');
  });
});
