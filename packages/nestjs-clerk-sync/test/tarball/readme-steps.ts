import { readFile } from 'node:fs/promises';

/** A block of the README's first steps: a whole file, or a command. */
export type ReadmeStep =
  | {
      readonly file: string;
      readonly platform: 'express' | 'fastify' | null;
      readonly text: string;
    }
  | { readonly command: string };

/**
 * Reads the steps of “From `npm install` to a signed-in request”.
 *
 * @throws Error for a file whose first line does not name it, because a reader could not place it
 */
export async function readmeSteps(): Promise<readonly ReadmeStep[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const start = readme.indexOf('## From `npm install`');
  const section = readme.slice(start, readme.indexOf('\n## ', start + 1));
  const blocks = section.matchAll(/^( *)```(ts|js|sh)\n(.*?)^ *```$/gms);
  return Array.from(blocks, ([, indent = '', language, indented = '']) => {
    const text = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    if (language === 'sh') return { command: text };
    const [, file, variant] = /^\/\/ (\S+?)(, on Fastify)?\n/.exec(text) ?? [];
    if (file === undefined) throw new Error(`A block does not name its file:\n${text}`);
    const platform = variant === undefined ? null : 'fastify';
    return { file, platform: file === 'src/main.ts' ? (platform ?? 'express') : null, text };
  });
}
