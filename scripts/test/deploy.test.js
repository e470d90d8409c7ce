import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { read } from './repository.js';

const compose = parse(read('deploy/compose.yaml'), { merge: true });
const dockerfile = read('deploy/api.Dockerfile');
const composeText = read('deploy/compose.yaml');

/** The variables that the API reads: a test of the API compares this file with its schema. */
const known = new Set(
  [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name),
);

const required = [
  'CLERK_SECRET_KEY',
  'CLERK_PUBLISHABLE_KEY',
  'CLERK_WEBHOOK_SIGNING_SECRET',
  'DATABASE_URL',
  'WEB_URL',
];

const apis = Object.entries(compose.services).filter(([name]) => name.startsWith('api-'));

describe('deploy/compose.yaml', () => {
  test.each(apis)(
    '%s sets variables that the API reads, all required ones among them',
    (_name, api) => {
      const names = Object.keys(api.environment);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
      expect(required.filter((name) => !names.includes(name))).toEqual([]);
    },
  );

  test('has no secret, and does not start without one', () => {
    const used = [...composeText.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(4);
    expect(used.filter((name) => !name.endsWith(':?'))).toEqual([]);
  });

  test('pins every image that it does not build', () => {
    const images = Object.values(compose.services).flatMap(({ build, image }) =>
      build === undefined ? [image] : [],
    );
    expect(images.filter((image) => !/:v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?$/.test(image))).toEqual([]);
  });

  test('mounts files that exist', () => {
    const mounts = Object.values(compose.services).flatMap(({ volumes = [] }) => volumes);
    const files = mounts.flatMap((mount) => /^\.\/[^:]+/.exec(mount) ?? []);
    expect(files.length).toBeGreaterThan(2);
    expect(
      files.filter((path) => !existsSync(new URL(`../../deploy/${path}`, import.meta.url))),
    ).toEqual([]);
  });

  test('Prometheus scrapes every API process, under the job that the alerts name', () => {
    const { scrape_configs: jobs } = parse(read('deploy/observability/prometheus.yaml'));
    const ports = apis.map(([name, { environment }]) => `${name}:${environment.METRICS_PORT}`);
    expect(jobs).toMatchObject([{ job_name: 'populatte', static_configs: [{ targets: ports }] }]);
  });

  test('nginx passes requests to every API process', () => {
    const servers = [...read('deploy/nginx.conf').matchAll(/server (\S+:\d+)/g)].map(
      ([, at]) => at,
    );
    expect(servers).toEqual(apis.map(([name, { environment }]) => `${name}:${environment.PORT}`));
  });

  test('a process has time to end', () => {
    for (const [, { environment, stop_grace_period: grace }] of apis) {
      expect(Number.parseInt(grace, 10) * 1000).toBeGreaterThan(
        Number(environment.SHUTDOWN_DRAIN_MS) + 8_000,
      );
    }
  });
});

describe('deploy/api.Dockerfile', () => {
  test('pins Node at the recommended version, and does not run as root', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    const recommended = read('.nvmrc').trim();
    expect(bases).toHaveLength(2);
    for (const base of bases)
      expect(base).toMatch(new RegExp(`^node:${recommended}\\.\\d+\\.\\d+-`));
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toContain('/health/ready');
  });

  test('sets no variable that nothing reads', () => {
    const set = [...dockerfile.matchAll(/^ENV (.+)$/gm)].flatMap(([, line]) =>
      line.split(' ').map((assignment) => assignment.split('=')[0]),
    );
    const ofTools = ['TURBO_TELEMETRY_DISABLED', 'DO_NOT_TRACK'];
    expect(set.filter((name) => !known.has(name) && !ofTools.includes(name))).toEqual([]);
  });

  test('copies every workspace that the API is built on', () => {
    const { dependencies } = JSON.parse(read('apps/api/package.json'));
    const own = Object.keys(dependencies).filter((name) => name.startsWith('@populatte/'));
    for (const name of own) {
      expect(dockerfile).toContain(`/app/${name.replace('@populatte/', 'packages/')}/dist`);
      expect(dockerfile).toContain(`-w ${name}`);
    }
  });
});
