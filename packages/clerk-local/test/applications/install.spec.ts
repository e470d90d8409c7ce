import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, test } from 'vitest';
import { packPackage } from '../package/installed-package.js';
import { folderOf } from './application.js';
import { definitions, type ApplicationName } from './definitions.js';

let tarball = '';
beforeAll(() => {
  tarball = packPackage(process.env['APPLICATIONS_FOLDER'] ?? '');
});

test.each(Object.keys(definitions) as ApplicationName[])(
  'installs the tarball and the packages of %s into a new folder',
  (name) => {
    const folder = folderOf(name);
    const { files, packages } = definitions[name];
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
    const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    execFileSync('npm', ['install', ...options, tarball, ...packages], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  },
);
