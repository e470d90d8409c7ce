import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eachMapping, FlattenMap } from '@jridgewell/trace-mapping';
import type { Page } from '@playwright/test';
import { addresses } from '../stack/addresses';
import { distDir, webApp } from '../stack/folders';

/** The owners of the code in a script. */
export type Owner = 'own' | 'clerk' | 'react' | 'next';

/** Bytes after gzip by owner, and by package for our own code. */
export interface ScriptSizes {
  readonly owners: Readonly<Record<Owner, number>>;
  readonly packages: ReadonlyMap<string, number>;
}

const scriptFolder = '/_next/static/';
const sourceMap = /\n\/\/# sourceMappingURL=(\S+)\s*$/;

/** Collects the addresses of the scripts that a page loads from now on. */
export function watchScripts(page: Page): Set<string> {
  const loaded = new Set<string>();
  page.on('request', (request) => {
    if (request.resourceType() === 'script' || /\.js(\?|$)/.test(request.url())) {
      loaded.add(request.url());
    }
  });
  return loaded;
}

/**
 * Measures the app's scripts among the given ones, using the build's source maps.
 *
 * @param scripts addresses, as `watchScripts` collects them; those of other servers are left out
 */
export async function measureScripts(scripts: Iterable<string>): Promise<ScriptSizes> {
  const code = new Map<string, string>();
  for (const address of scripts) {
    const { origin, pathname } = new URL(address);
    if (origin !== addresses.web || !pathname.startsWith(scriptFolder)) continue;
    const path = join(webApp, distDir, pathname.replace('/_next/', ''));
    for (const [source, text] of await splitBySource(path)) {
      code.set(source, (code.get(source) ?? '') + text);
    }
  }
  const owners = { own: 0, clerk: 0, react: 0, next: 0 };
  const byOwner = groupBy(code, ownerOf);
  for (const [owner, text] of byOwner) owners[owner] = compressedSize(text);
  const own = new Map([...code].filter(([source]) => ownerOf(source) === 'own'));
  const packages = [...groupBy(own, packageOf)].map(
    ([name, text]) => [name, compressedSize(text)] as const,
  );
  return { owners, packages: new Map(packages.sort(([, one], [, other]) => other - one)) };
}

/** @returns the script's code by the source file that it was compiled from */
async function splitBySource(path: string): Promise<Map<string, string>> {
  const script = await readFile(path, 'utf8');
  const mapName = sourceMap.exec(script)?.[1];
  const parts = new Map<string, string>();
  if (mapName === undefined) return parts.set(unmapped, script);

  const map = new FlattenMap(await readFile(join(path, '..', decodeURI(mapName)), 'utf8'));
  const lines = script.replace(sourceMap, '').split('\n');
  let [line, column, source] = [1, 0, unmapped];
  const takeUntil = (endLine: number, endColumn: number): void => {
    let text = '';
    for (; line < endLine; line += 1, column = 0) text += (lines[line - 1] ?? '').slice(column);
    text += (lines[line - 1] ?? '').slice(column, endColumn);
    column = endColumn;
    parts.set(source, (parts.get(source) ?? '') + text);
  };
  eachMapping(map, (mapping) => {
    takeUntil(mapping.generatedLine, mapping.generatedColumn);
    source = mapping.source ?? unmapped;
  });
  takeUntil(lines.length, lines.at(-1)?.length ?? 0);
  return parts;
}

/** Code without a source, which the bundler adds. It counts as ours. */
const unmapped = '(bundler)';

function ownerOf(source: string): Owner {
  if (/\/node_modules\/next\/dist\/compiled\/(react|scheduler)/.test(source)) return 'react';
  if (/\/node_modules\/(react|react-dom|scheduler)\//.test(source)) return 'react';
  if (/\/node_modules\/next\/|\/\[turbopack\]|\[next\]/.test(source)) return 'next';
  if (/\/node_modules\/(@clerk|dequal|glob-to-regexp|js-cookie)\//.test(source)) return 'clerk';
  return 'own';
}

function packageOf(source: string): string {
  const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  return name ?? /\/((?:apps|packages)\/[^/]+)\//.exec(source)?.[1] ?? source;
}

function groupBy<Name extends string>(
  code: ReadonlyMap<string, string>,
  nameOf: (source: string) => Name,
): Map<Name, string> {
  const groups = new Map<Name, string>();
  for (const [source, text] of code) {
    const name = nameOf(source);
    groups.set(name, (groups.get(name) ?? '') + text);
  }
  return groups;
}

function compressedSize(text: string): number {
  return gzipSync(text, { level: 9 }).byteLength;
}
