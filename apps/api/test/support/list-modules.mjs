/** Loaded with `--import`: writes the CommonJS modules of the process to a file when it exits. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);
process.on('exit', () => {
  writeFileSync(process.env.MODULES_FILE, Object.keys(cache).join('\n'));
});
