/**
 * Makes `dist/commonjs`, which a package.json of its own marks as CommonJS: a copy of the declarations,
 * and for each entry point a script that loads the ES module.
 *
 * Drizzle has one set of types for `import` and another for `require`, and TypeScript treats them as
 * different. In a CommonJS application `clerkUserColumns()` must have the types of the application's
 * own `pgTable`.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const commonJs = join(dist, 'commonjs');

rmSync(commonJs, { recursive: true, force: true });
for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.d.ts')) continue;
  const copy = join(commonJs, file);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(join(dist, file), copy);
}
for (const entry of ['index', 'internal', 'testing/index']) {
  const module = `${entry.includes('/') ? '../' : ''}../${entry}.js`;
  writeFileSync(join(commonJs, `${entry}.js`), `module.exports = require('${module}');\n`);
}
writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');
