#!/usr/bin/env node
/**
 * `npm run figures`: writes the last runs' measurements into the documents, between
 * `<!-- figures: NAME -->` and `<!-- /figures -->`. Never type a measured number.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { explainWriteErrors, formatFiles, parseOptions, requireDependencies } from './command.js';

const help = `Usage: npm run figures

Writes figures of the last runs into README.md, docs/, the module's README and the home page:
  tests     of npm run test:all (test-results of apps/api and packages/nestjs-clerk-sync)
  faults    of npm run test:all (apps/api/test-results/faults.txt)
  walks     of npm run test:all (packages/nestjs-clerk-sync/test-results/walks.json)
  mutation  of npm run test:mutation -w @populatte/nestjs-clerk-sync (mutation.json)
  bench     of npm run bench (bench/results)
  scaling   of npm run bench (bench/results)
A block without results does not change.
`;

const root = join(import.meta.dirname, '..');
parseOptions({}, help);
requireDependencies(root);

const testResults = join(root, 'apps/api/test-results');
const moduleResults = join(root, 'packages/nestjs-clerk-sync/test-results');
const blocks = [
  { name: 'tests', document: 'docs/testing.md', make: describeTests },
  { name: 'bench', document: 'README.md', make: describeBench },
  { name: 'faults', document: 'docs/faults.md', make: describeFaults },
  { name: 'scaling', document: 'docs/scaling.md', make: describeScaling },
  { name: 'mutation', document: 'docs/mutation.md', make: describeMutation },
  { name: 'walks', document: 'packages/nestjs-clerk-sync/README.md', make: describeWalks },
];
const written = [];
await explainWriteErrors(() => {
  for (const { name, document, make } of blocks) {
    const text = make();
    if (text === null) {
      process.stdout.write(`skipped  ${name}: no results; see npm run figures -- --help\n`);
      continue;
    }
    writeBlock(join(root, document), name, text);
    process.stdout.write(`written  ${name} into ${document}\n`);
    written.push(join(root, document));
  }
  writeHomePage('apps/web/features/home/figures.json');
  if (written.length > 0) formatFiles(written);
});

/** Replaces the figures that have results. */
function writeHomePage(file) {
  const figures = JSON.parse(readFileSync(join(root, file), 'utf8'));
  for (const [name, value] of Object.entries({ bench: readBench(), tests: readTests() })) {
    if (value === null) continue;
    figures[name] = value;
    process.stdout.write(`written  ${name} into ${file}\n`);
  }
  writeFileSync(join(root, file), `${JSON.stringify(figures, null, 2)}\n`);
}

/** The figures of the last `npm run test:all`; null without results. */
function readTests() {
  const histories = readJson(join(testResults, 'histories.json'));
  const forgeries = [testResults, moduleResults].map((folder) =>
    readJson(join(folder, 'forgeries.json')),
  );
  const faults = readFaults();
  if (histories === null || forgeries.includes(null) || faults === null) return null;
  const forged = forgeries.reduce((sum, { value }) => sum + value.total, 0);
  return {
    histories: count(histories.value.total),
    forgeries: count(forged),
    faults: count(faults.lines.length),
    when: faults.day,
  };
}

function describeTests() {
  const tests = readTests();
  if (tests === null) return null;
  return [
    `- **${tests.histories} random histories** of requests, webhooks, deletions and restarts, sequential and concurrent, checked against a model of the sync rule: no user has two rows, no id changes, no version decreases, no deleted user comes back. \`HISTORIES=100000 npm run test:properties -w @populatte/api\` runs more.`,
    `- **${tests.forgeries} forged** tokens, headers and webhooks, passed to the verifying code and sent over HTTP: each is refused, and none creates a user.`,
    `- **${tests.faults} faults**, from a frozen database to signing keys that cannot be loaded: no user is signed out, no response takes over 5 s, no acknowledged write is lost, and recovery never needs a restart.`,
    '',
    `_From the run of ${tests.when}._`,
  ].join('\n');
}

/** The seconds from the README's first step to the signed-in request; null unless all walks succeeded. */
function describeWalks() {
  const run = readJson(join(moduleResults, 'walks.json'));
  if (run === null || run.value.walks.length < 3) return null;
  const { node, cores, walks } = run.value;
  return [
    '| application | commands, in seconds |',
    '| --- | --- |',
    ...walks.map(({ application, seconds }) => `| ${application} | ${seconds} |`),
    '',
    `_Run of ${run.day} with npm, packed tarballs, Node ${node} and ${cores} cores._`,
  ].join('\n');
}

function describeFaults() {
  const faults = readFaults();
  if (faults === null) return null;
  return ['```text', faults.text.trimEnd(), '```', '', `_Run of ${faults.day}._`].join('\n');
}

function readFaults() {
  const file = join(testResults, 'faults.txt');
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  return { text, lines: text.trim().split('\n').slice(2), day: dayOf(file) };
}

/** The figures of the last `npm run bench`; null without results. */
function readBench() {
  const steady = readJson(join(root, 'bench/results/steady.json'))?.value;
  const coherence = readJson(join(root, 'bench/results/coherence.json'))?.value;
  if (steady === undefined || coherence === undefined) return null;
  const [table] = steady.tables;
  const api = table.rows.find((row) => row[1] === '`api`');
  const goal = (section, what) =>
    section.goals.find((each) => each.what.startsWith(what))?.measured;
  return {
    requestsPerSecond: api[table.columns.indexOf('req/s')],
    overUsualFastify: goal(steady, 'req/s relative to the usual way on Fastify'),
    overUsualExpress: goal(steady, 'req/s relative to the usual way on Express'),
    ofNoAuthentication: goal(steady, 'req/s relative to the same route without authentication'),
    changeSeenWithin: goal(coherence, 'a change at one process'),
    when: steady.when,
    machine: steady.machine,
  };
}

function describeBench() {
  const bench = readBench();
  if (bench === null) return null;
  return [
    `The API serves ${bench.requestsPerSecond} requests per second on one core: ${bench.overUsualFastify} times as many as the usual way on Fastify, ${bench.overUsualExpress} times as many as the usual way on Express, and ${bench.ofNoAuthentication} times as many as the same route without authentication. A change made by one process is visible at another within ${bench.changeSeenWithin} (p99).`,
    '',
    `_${bench.when}; ${bench.machine}_`,
    ...describeNodeVersions(),
  ].join('\n');
}

/** What each other version of Node saves or costs; nothing if only one was measured. */
function describeNodeVersions() {
  const result = readJson(join(root, 'bench/results/node-versions.json'))?.value;
  if (result === undefined) return [];
  const [{ columns, rows }] = result.tables;
  const [base, ...others] = rows
    .filter(([server]) => server.endsWith('this API, as shipped'))
    .map((row) => ({
      version: row[0].slice(0, row[0].indexOf(':')),
      cpu: Number(row[columns.indexOf('CPU µs/request')]),
    }));
  return others.flatMap(({ version, cpu }) => [
    '',
    `On ${version}, a request takes ${(cpu / base.cpu).toFixed(2)} times as much CPU as on ${base.version} (${result.when}).`,
  ]);
}

/** The measured cost of a request, and the cores that follow for a load: rate times cost. */
function describeScaling() {
  const [steady, churn, first, memory, coherence] = [
    'steady',
    'churn',
    'first-requests',
    'memory',
    'coherence',
  ].map((name) => readJson(join(root, `bench/results/${name}.json`))?.value);
  if ([steady, churn, first, memory, coherence].includes(undefined)) return null;
  const cell = ({ tables: [{ columns, rows }] }, label, column) =>
    rows.find((row) => row.includes(label))[columns.indexOf(column)];
  const [cpu, database] = ['CPU µs/request', 'PostgreSQL µs/request'];
  const churned = '10,000 users, churn';
  const created = 'this API: verify, create the user';
  const warmCpu = cell(churn, churned, cpu);
  const warmDatabase = cell(churn, churned, database);
  const uncachedDatabase = cell(steady, '`api-no-user-cache`', database);
  const bytes = cell(
    memory,
    'user cache and token cache, 100,000 users',
    memory.tables[0].columns.at(-1),
  );
  const seen = coherence.goals[0].measured;
  const cores = (rate, microseconds) => ((rate * Number(microseconds)) / 1e6).toPrecision(2);
  return [
    '| cost | measured |',
    '| --- | --: |',
    `| API CPU per request of a known user, with token renewals and profile changes | ${warmCpu} µs |`,
    `| PostgreSQL CPU per such request | ${warmDatabase} µs |`,
    `| API CPU per first request of a user, process warmed up | ${cell(first, created, cpu)} µs |`,
    `| PostgreSQL CPU per first request | ${cell(first, created, database)} µs |`,
    `| PostgreSQL CPU per request that reads its row because the user cache is off | ${uncachedDatabase} µs |`,
    `| memory per cached user with a token, in each process | ${bytes} bytes |`,
    `| time until a change at one process is visible at another, p99 | ${seen} |`,
    '',
    `_${steady.when}; ${steady.machine}; [all results](../bench/results/README.md)_`,
    '',
    '| requests per second | API cores | PostgreSQL cores | PostgreSQL cores without notifications, at most |',
    '| --: | --: | --: | --: |',
    ...[1, 100, 10_000].map(
      (rate) =>
        `| ${count(rate)} | ${cores(rate, warmCpu)} | ${cores(rate, warmDatabase)} | ${cores(rate, uncachedDatabase)} |`,
    ),
  ].join('\n');
}

function describeMutation() {
  const report = readJson(join(moduleResults, 'mutation.json'));
  if (report === null) return null;
  const groups = new Map();
  for (const [path, { mutants }] of Object.entries(report.value.files)) {
    const group = groupOf(path);
    for (const { status } of mutants) {
      const counts = groups.get(group) ?? { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
      if (status in counts) counts[status] += 1;
      groups.set(group, counts);
    }
  }
  const sum = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
  for (const counts of groups.values()) for (const key of Object.keys(sum)) sum[key] += counts[key];
  const row = (name, { Killed, Timeout, Survived, NoCoverage }) => {
    const all = Killed + Timeout + Survived + NoCoverage;
    return `| ${name} | ${all} | ${Killed} | ${Timeout} | ${Survived} | ${NoCoverage} | ${(((Killed + Timeout) / all) * 100).toFixed(2)} % |`;
  };
  return [
    '| what | mutants | killed | timed out | survived | not covered | score |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...[...groups]
      .sort(([one], [other]) => one.localeCompare(other, 'en'))
      .map(([name, counts]) => row(`\`${name}\``, counts)),
    row('**all**', sum),
    '',
    `_Run of ${report.day}._`,
  ].join('\n');
}

function writeBlock(file, name, text) {
  const begin = `<!-- figures: ${name} -->`;
  const end = '<!-- /figures -->';
  const document = readFileSync(file, 'utf8');
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) {
    throw new Error(`${relative(root, file)} has no block “${begin} … ${end}”.`);
  }
  writeFileSync(
    file,
    `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`,
  );
}

function readJson(file) {
  return existsSync(file)
    ? { value: JSON.parse(readFileSync(file, 'utf8')), day: dayOf(file) }
    : null;
}

function dayOf(file) {
  return statSync(file).mtime.toISOString().slice(0, 10);
}

function count(value) {
  return value.toLocaleString('en-US');
}

/** Core and presentation as totals, the rest by file. */
function groupOf(path) {
  const [, folder] = /^src\/(core|presentation)\//.exec(path) ?? [];
  return folder === undefined ? path.slice(path.lastIndexOf('/') + 1) : `${folder}/`;
}
