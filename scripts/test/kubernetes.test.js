import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { files, read, readYaml, root } from './repository.js';
import { deployVariables } from './deploy-variables.js';

const require = createRequire(import.meta.url);
const base = 'deploy/kubernetes/base';
const example = 'deploy/kubernetes/example';
const { resources } = readYaml(`${base}/kustomization.yaml`);
const overlay = readYaml(`${example}/kustomization.yaml`);
const manifests = [
  ...resources.map((file) => `${base}/${file}`),
  ...overlay.resources.filter((file) => file !== '../base').map((file) => `${example}/${file}`),
].flatMap((path) =>
  parseAllDocuments(read(path), { merge: true }).map((document) => document.toJS()),
);
const named = (kind, name) =>
  manifests.find((each) => each.kind === kind && each.metadata.name === name);
const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
const titles = manifests.map((manifest) => [
  `${manifest.kind} ${manifest.metadata.name}`,
  manifest,
]);

/**
 * @returns {string} the module of the package that has this kind's schema, such as
 * `kubernetes-models/apps/v1`
 */
function moduleOf({ apiVersion }) {
  return apiVersion.startsWith('monitoring.coreos.com/')
    ? `@kubernetes-models/prometheus-operator/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;
}

/**
 * Type errors of objects as literals of their kinds: unlike the schemas, types reject unknown
 * members.
 */
function typeErrors(objects) {
  const path = join(root, 'scripts/test/manifests.ts');
  const text = objects
    .map(
      (each, index) =>
        `export const m${index}: import('${moduleOf(each)}').I${each.kind} = ${JSON.stringify(each)};`,
    )
    .join('\n');
  const options = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === path
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('deploy/kubernetes', () => {
  test('the base lists every file beside it', () => {
    const beside = files
      .filter((path) => path.startsWith(`${base}/`))
      .map((path) => path.slice(base.length + 1));
    expect([...resources, 'kustomization.yaml'].sort()).toEqual(beside.sort());
  });

  test.each(titles)('%s matches the schema of its kind', (_title, manifest) => {
    const { [manifest.kind]: Model } = require(moduleOf(manifest));
    expect(() => new Model(manifest).validate()).not.toThrow();
  });

  test('no manifest has a field that its kind does not have', () => {
    expect(typeErrors(manifests)).toEqual([]);
  });

  test('an unknown field and a value of the wrong type are reported', () => {
    const service = named('Service', 'populatte-api');
    const misspelt = { ...service, spec: { ...service.spec, selectors: {} } };
    const [error = ''] = typeErrors([misspelt]);
    expect(error).toContain('\'"selectors"\' does not exist');
    const { Service } = require('kubernetes-models/v1');
    const wrong = { ...service, spec: { ...service.spec, ports: [{ port: 'http' }] } };
    expect(() => new Service(wrong).validate()).toThrow('port must be integer');
  });

  test('the alerts are those of deploy/observability', () => {
    const { groups } = readYaml('deploy/observability/rules.yaml');
    expect(named('PrometheusRule', 'populatte').spec).toEqual({ groups });
  });

  test.each(['api', 'web'])(
    '%s gets variables that it reads, all required ones among them',
    (name) => {
      const { env } = containers.find((container) => container.name === name);
      const { known, required } = deployVariables(name);
      const names = env.map((variable) => variable.name);
      expect(names.filter((variable) => !known.has(variable))).toEqual([]);
      expect(required.filter((variable) => !names.includes(variable))).toEqual([]);
    },
  );

  test('no variable comes from a Service, such as METRICS_PORT=tcp://… of one named metrics', () => {
    const links = deployments.map(({ spec }) => spec.template.spec.enableServiceLinks);
    expect(links).toEqual([false, false]);
  });

  test('a variable from a Secret or a ConfigMap has the name of its key', () => {
    const given = containers
      .flatMap(({ env }) => env)
      .flatMap(({ name, valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => {
        const source = secretKeyRef ?? configMapKeyRef;
        return source === undefined ? [] : [{ ...source, name }];
      });
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter(({ name, key }) => name !== key)).toEqual([]);
  });

  test('the example sets every key of the ConfigMap, and the README those of the Secret', () => {
    const literals = overlay.configMapGenerator[0].literals.map((literal) => literal.split('=')[0]);
    const readme = read('deploy/README.md');
    for (const { valueFrom: { secretKeyRef, configMapKeyRef } = {} } of containers.flatMap(
      ({ env }) => env,
    )) {
      if (configMapKeyRef !== undefined) expect(literals).toContain(configMapKeyRef.key);
      if (secretKeyRef !== undefined)
        expect(readme).toContain(`--from-literal=${secretKeyRef.key}=`);
    }
  });

  test('a process has time to shut down', () => {
    const { terminationGracePeriodSeconds: grace, containers: parts } = named(
      'Deployment',
      'populatte-api',
    ).spec.template.spec;
    const drain = parts[0].env.find(({ name }) => name === 'SHUTDOWN_DRAIN_MS').value;
    expect(grace * 1000).toBeGreaterThan(Number(drain) + 8_000);
    const { readinessProbe } = parts[0];
    const noticedMs = readinessProbe.periodSeconds * readinessProbe.failureThreshold * 1000;
    expect(Number(drain)).toBeGreaterThanOrEqual(noticedMs);
  });

  test.each(containers.map((container) => [container.name, container]))(
    '%s is not root, cannot write to its image, and is probed at ports that it has',
    (name, container) => {
      const pod = named('Deployment', `populatte-${name}`).spec.template.spec;
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const ports = container.ports.map((port) => port.name);
      const { startupProbe, livenessProbe, readinessProbe } = container;
      for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe])
        expect(ports).toContain(httpGet.port);
      const listens = container.ports.find((port) => port.name === 'http').containerPort;
      expect(container.env).toContainEqual({ name: 'PORT', value: String(listens) });
    },
  );

  test.each(['api', 'web'])(
    '%s: Service, budget and autoscaler belong to the Deployment',
    (name) => {
      const deployment = named('Deployment', `populatte-${name}`);
      const { labels } = deployment.spec.template.metadata;
      const service = named('Service', `populatte-${name}`);
      expect(labels).toMatchObject(service.spec.selector);
      const ports = deployment.spec.template.spec.containers[0].ports.map((port) => port.name);
      for (const { targetPort } of service.spec.ports) expect(ports).toContain(targetPort);
      const budget = named('PodDisruptionBudget', `populatte-${name}`);
      expect(budget.spec.selector.matchLabels).toEqual(deployment.spec.selector.matchLabels);
      const scaler = named('HorizontalPodAutoscaler', `populatte-${name}`);
      expect(scaler.spec.scaleTargetRef).toEqual({
        apiVersion: deployment.apiVersion,
        kind: 'Deployment',
        name: deployment.metadata.name,
      });
      expect(deployment.spec).not.toHaveProperty('replicas');
      expect(scaler.spec.minReplicas).toBeGreaterThan(1);
    },
  );

  test.each(['api', 'web'])(
    '%s: the network policy selects its pods and opens their ports',
    (name) => {
      const { podSelector, ingress } = named('NetworkPolicy', `populatte-${name}`).spec;
      const { spec } = named('Deployment', `populatte-${name}`);
      expect(podSelector).toEqual(spec.selector);
      const opened = ingress.flatMap(({ ports }) => ports.map(({ port }) => port));
      expect(opened).toEqual(spec.template.spec.containers[0].ports.map((port) => port.name));
      // Metrics need no authentication.
      for (const { from, ports } of ingress)
        expect(from !== undefined).toBe(ports.some(({ port }) => port === 'metrics'));
    },
  );

  test('the Ingress leads to the Services, with TLS, and never to the metrics', () => {
    const { rules, tls } = named('Ingress', 'populatte').spec;
    expect(tls[0].hosts).toEqual(rules.map(({ host }) => host));
    const literals = overlay.configMapGenerator[0].literals;
    expect(literals).toContain(`WEB_URL=https://${rules[0].host}`);
    for (const { service } of rules.flatMap(({ http }) =>
      http.paths.map(({ backend }) => backend),
    )) {
      const { ports } = named('Service', service.name).spec;
      expect(ports.map((port) => port.name)).toContain(service.port.name);
      expect(service.port.name).toBe('http');
    }
  });

  test('Prometheus scrapes the Service’s metrics port, under the job that the alerts name', () => {
    const service = named('Service', 'populatte-api');
    const { jobLabel, selector, endpoints } = named('ServiceMonitor', 'populatte-api').spec;
    expect(service.metadata.labels).toMatchObject(selector.matchLabels);
    expect(service.spec.ports.map(({ name }) => name)).toContain(endpoints[0].port);
    const { labels } = readYaml(`${base}/kustomization.yaml`);
    expect(labels[0].pairs[jobLabel]).toBe('populatte');
    const { env } = containers.find(({ name }) => name === 'api');
    const { port } = service.spec.ports.find(({ name }) => name === endpoints[0].port);
    expect(env).toContainEqual({ name: 'METRICS_PORT', value: String(port) });
  });

  const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  test.skipIf(!kubectl)('kustomize builds the example', () => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', example], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(parseAllDocuments(stdout)).toHaveLength(manifests.length + 1);
  });
});
