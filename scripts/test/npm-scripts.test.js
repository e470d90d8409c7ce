import { describe, expect, test } from 'vitest';
import { files, manifests, read, rootManifest } from './repository.js';

/** Files that contain commands for people or machines. */
const instructions = files.filter(
  (path) =>
    (path.endsWith('.md') && !path.endsWith('CHANGELOG.md')) ||
    /^(\.github|\.vscode|\.devcontainer|\.ci)\//.test(path) ||
    path === 'lefthook.yml',
);

/** @returns {{ script: string, workspace: string | undefined }[]} the scripts that a text runs */
function scriptsIn(text) {
  const plain = text.replace(
    /"runtimeArgs": \[([^\]]*)\]/g,
    (_, list) => `npm ${list.replace(/[",\s]+/g, ' ').trim()}`,
  );
  // Placeholders (`npm run SCRIPT`) are upper case, scripts are not.
  const calls =
    /\bnpm (?:(?:-s|--silent) )?(?:(?:run(?:-script)?) (?:(?:-s|--silent) )?([a-z][\w:-]*)|(test|start))\b([^\n`|&;)]*)/g;
  return [...plain.matchAll(calls)].map(([, run, shorthand, rest]) => ({
    script: run ?? shorthand,
    workspace: /(?:-w|--workspace)[ =](\S+)/.exec(rest.split(' -- ')[0])?.[1],
  }));
}

function missing({ script, workspace }) {
  const scripts =
    workspace === undefined
      ? rootManifest.scripts
      : manifests.find(({ content }) => content.name === workspace)?.content.scripts;
  return scripts?.[script] === undefined;
}

const mentions = instructions.flatMap((path) =>
  scriptsIn(read(path)).map((mention) => ({ path, ...mention })),
);

/** A README inside a workspace may name that workspace's own scripts. */
function missingBoth(mention) {
  const own = manifests.find(
    ({ path }) =>
      path !== 'package.json' && mention.path.startsWith(path.replace('package.json', '')),
  );
  const isOwn =
    mention.workspace === undefined && own?.content.scripts?.[mention.script] !== undefined;
  return missing(mention) && !isOwn;
}

describe('npm scripts', () => {
  test('exist if a workflow, a document or an editor’s configuration names them', () => {
    expect(mentions.length).toBeGreaterThan(20);
    expect(mentions.filter(missingBoth)).toEqual([]);
  });

  test('are found in the forms that documents and launch configurations use', () => {
    expect(
      scriptsIn('Run `npm test`, `npm run -s token` or `npm run x:y -w @a/b -- --flag`.'),
    ).toEqual([
      { script: 'test', workspace: undefined },
      { script: 'token', workspace: undefined },
      { script: 'x:y', workspace: '@a/b' },
    ]);
    expect(scriptsIn('"runtimeArgs": ["run", "dev"]')).toEqual([
      { script: 'dev', workspace: undefined },
    ]);
  });

  test('send no telemetry: every script that runs turbo turns it off', () => {
    const scripts = manifests.flatMap(({ path, content }) =>
      Object.entries(content.scripts ?? {}).map(([name, command]) => ({ path, name, command })),
    );
    const turbo = scripts.filter(({ command }) => /\bturbo\b/.test(command));
    expect(turbo.length).toBeGreaterThan(0);
    const missing = turbo.filter(({ command }) =>
      ['TURBO_TELEMETRY_DISABLED=1', 'DO_NOT_TRACK=1', 'NEXT_TELEMETRY_DISABLED=1'].some(
        (variable) => !command.includes(variable),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('replace turbo in documents, so that readers send no telemetry either', () => {
    const direct = instructions.filter((path) =>
      /(npx|npm exec)( --\S+)* turbo\b/.test(read(path)),
    );
    expect(direct).toEqual([]);
  });
});
