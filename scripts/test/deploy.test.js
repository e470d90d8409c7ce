import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployVariables, listedVariables, requiredWebBuildVariables } from './deploy-variables.js';
import { files, read, readYaml } from './repository.js';

const compose = parse(read('deploy/compose.yaml'), { merge: true });
const dockerfile = read('deploy/api.Dockerfile');
const webDockerfile = read('deploy/web.Dockerfile');
const composeText = read('deploy/compose.yaml');

const apis = Object.entries(compose.services).filter(([name]) => name.startsWith('api-'));

describe('deploy/compose.yaml', () => {
  test.each([...apis, ['web', compose.services.web]])(
    '%s sets variables that it reads, all required ones among them',
    (name, { environment }) => {
      const { known, required } = deployVariables(name === 'web' ? 'web' : 'api');
      const names = Object.keys(environment);
      expect(names.filter((each) => !known.has(each))).toEqual([]);
      expect(required.filter((each) => !names.includes(each))).toEqual([]);
    },
  );

  test('contains no secret, and without one fails to start and names the variable', () => {
    const used = [...composeText.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(7);
    expect(used.filter((name) => !/^[A-Z_]+:\?.{10,}$/.test(name))).toEqual([]);
  });

  test('the README sets every required variable', () => {
    const readme = read('deploy/README.md');
    const used = [...composeText.matchAll(/\$\{([A-Z_]+):/g)].map(([, name]) => name);
    expect([...new Set(used)].filter((name) => !readme.includes(` ${name}=`))).toEqual([]);
  });

  test('is named by every command of the README, because it is not at the root', () => {
    const commands = [...read('deploy/README.md').matchAll(/docker compose [^`\n]+/g)];
    expect(commands.length).toBeGreaterThan(1);
    const file = '-f deploy/compose.yaml ';
    expect(commands.filter(([command]) => !command.includes(file))).toEqual([]);
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
    expect(files.length).toBeGreaterThan(5);
    expect(
      files.filter((path) => !existsSync(new URL(`../../deploy/${path}`, import.meta.url))),
    ).toEqual([]);
  });

  test('Prometheus scrapes every API process, under the job that the alerts name', () => {
    const { scrape_configs: jobs } = parse(read('deploy/observability/prometheus.yaml'));
    const ports = apis.map(([name, { environment }]) => `${name}:${environment.METRICS_PORT}`);
    expect(jobs).toMatchObject([{ job_name: 'populatte', static_configs: [{ targets: ports }] }]);
  });

  test('requests go through PgBouncer, notifications do not', () => {
    const ini = read('deploy/pgbouncer.ini');
    const port = /listen_port = (\d+)/.exec(ini)?.[1];
    const size = Number(/max_client_conn = (\d+)/.exec(ini)?.[1]);
    for (const [, { environment }] of apis) {
      expect(environment.DATABASE_URL).toMatch(new RegExp(`@pgbouncer:${port}/populatte$`));
      expect(environment.DATABASE_DIRECT_URL).toMatch(/@postgres:5432\/populatte$/);
    }
    expect(ini).toContain('pool_mode = transaction');
    // Twice DATABASE_POOL_SIZE for each process, because two run while one is replaced.
    expect(size).toBeGreaterThanOrEqual(apis.length * 2 * 10);
  });

  test('Grafana has Prometheus as its source, and the dashboard', () => {
    const { volumes } = compose.services.grafana;
    const source = readYaml('deploy/observability/grafana/datasource.yaml').datasources[0];
    expect(source).toMatchObject({ type: 'prometheus', url: 'http://prometheus:9090' });
    const { path } = readYaml('deploy/observability/grafana/dashboards.yaml').providers[0].options;
    expect(volumes).toContain(`./observability/dashboard.json:${path}/populatte.json:ro`);
    expect(volumes.some((mount) => mount.includes('/provisioning/datasources/'))).toBe(true);
    expect(volumes.some((mount) => mount.includes('/provisioning/dashboards/'))).toBe(true);
  });

  test('the web app’s build gets the variables that it inlines', () => {
    const { args } = compose.services.web.build;
    expect(Object.keys(args).sort()).toEqual([...requiredWebBuildVariables].sort());
  });

  test('our own images have read-only file systems', () => {
    const own = Object.values(compose.services).filter(({ build }) => build !== undefined);
    expect(own).toHaveLength(apis.length + 2);
    for (const service of own)
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  });

  test('nginx passes requests to every API process', () => {
    const servers = [...read('deploy/nginx.conf').matchAll(/server (\S+:\d+)/g)].map(
      ([, at]) => at,
    );
    expect(servers).toEqual(apis.map(([name, { environment }]) => `${name}:${environment.PORT}`));
  });

  test('nginx looks up the addresses of replaced containers', () => {
    const nginx = read('deploy/nginx.conf');
    expect(nginx).toMatch(/^resolver 127\.0\.0\.11 /m);
    const servers = nginx.match(/^ {2}server .+/gm);
    expect(servers.filter((line) => !line.includes(' resolve '))).toEqual([]);
  });

  test('a process has time to shut down', () => {
    for (const [, { environment, stop_grace_period: grace }] of apis) {
      expect(Number.parseInt(grace, 10) * 1000).toBeGreaterThan(
        Number(environment.SHUTDOWN_DRAIN_MS) + 8_000,
      );
    }
  });
});

describe.each([
  ['deploy/api.Dockerfile', dockerfile, '/health/ready'],
  ['deploy/web.Dockerfile', webDockerfile, '/manifest.webmanifest'],
])('%s', (_file, text, health) => {
  test('pins Node at the recommended version, and does not run as root', () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    const recommended = read('.nvmrc').trim();
    expect(bases).toHaveLength(2);
    for (const base of bases)
      expect(base).toMatch(new RegExp(`^node:${recommended}\\.\\d+\\.\\d+-`));
    expect(text).toMatch(/^USER node$/m);
    expect(text).toContain(health);
  });

  test('sets only variables that are read', () => {
    const set = [...text.matchAll(/^ENV (.+)$/gm)].flatMap(([, line]) =>
      line.split(' ').map((assignment) => assignment.split('=')[0]),
    );
    // Next's server reads the last two.
    const ofTools = [
      'TURBO_TELEMETRY_DISABLED',
      'DO_NOT_TRACK',
      'NEXT_TELEMETRY_DISABLED',
      'HOSTNAME',
      'KEEP_ALIVE_TIMEOUT',
    ];
    expect(set.filter((name) => !listedVariables.has(name) && !ofTools.includes(name))).toEqual([]);
  });
});

describe('.dockerignore', () => {
  const excluded = read('.dockerignore').split('\n');

  test('keeps everything that git ignores out of the images', () => {
    const ignored = read('.gitignore')
      .split('\n')
      .filter((line) => /^[^#!]/.test(line))
      .map((line) => `**/${line.replace(/\/$/, '')}`);
    expect(ignored.length).toBeGreaterThan(5);
    expect(ignored.filter((pattern) => !excluded.includes(pattern))).toEqual([]);
  });

  test('is the only one, because BuildKit alone prefers one beside the Dockerfile', () => {
    expect(files.filter((path) => path.endsWith('.dockerignore'))).toEqual(['.dockerignore']);
  });
});

describe('deploy/web.Dockerfile', () => {
  test('takes the variables that the build inlines, and no secret', () => {
    const args = [...webDockerfile.matchAll(/^ARG (\S+)$/gm)].map(([, name]) => name);
    expect(args.sort()).toEqual([...requiredWebBuildVariables].sort());
  });

  test('keeps idle connections open for as long as the API, and the documented command too', () => {
    const [, api] = /^const keepAliveTimeout = (\S+);$/m.exec(
      read('apps/api/src/presentation/http/http-server.ts'),
    );
    const milliseconds = api.replaceAll('_', '');
    expect(webDockerfile).toMatch(new RegExp(`^ENV .*KEEP_ALIVE_TIMEOUT=${milliseconds}$`, 'm'));
    expect(read('docs/operations/run.md')).toContain(`--keepAliveTimeout ${milliseconds}`);
  });

  test('listens where Docker and Kubernetes probe it', () => {
    expect(webDockerfile).toContain('HOSTNAME=0.0.0.0 PORT=3000 ');
    expect(compose.services.web.ports).toEqual(['127.0.0.1:3000:3000']);
  });
});

describe('deploy/pgbouncer.Dockerfile', () => {
  test('pins Debian, and does not run as root', () => {
    const text = read('deploy/pgbouncer.Dockerfile');
    expect(text).toMatch(/^FROM debian:\d+\.\d+-slim$/m);
    expect(text).toMatch(/^USER \d{2,}:\d{2,}$/m);
  });
});

describe('deploy/api.Dockerfile', () => {
  test('copies every workspace that the API depends on', () => {
    const { dependencies } = JSON.parse(read('apps/api/package.json'));
    const own = Object.keys(dependencies).filter((name) => name.startsWith('@populatte/'));
    for (const name of own) {
      expect(dockerfile).toContain(`/app/${name.replace('@populatte/', 'packages/')}/dist`);
      expect(dockerfile).toContain(`-w ${name}`);
    }
  });
});
