import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { installPackage } from './installed-package.js';

/** `npx clerk-local`, without the registry. */
const executable = ['--no-install', 'clerk-local'];

let folder = '';
const manifest: unknown = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8'),
);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clerk-local-packed-'));
  installPackage(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const attemptSchema = z.object({ response: z.looseObject({ status: z.string() }) });

function installedFolder(): string {
  return path.join(folder, 'node_modules/@populatte/clerk-local');
}

/** Runs a program beside the installed package. Returns what it prints. */
function run(file: string): string {
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
}

/** Signs a user up through the Frontend API, as clerk-js does. Returns the status of the sign-up. */
async function signUp(url: string): Promise<string> {
  const browser = z.object({ id: z.string() }).parse(await post(`${url}/v1/dev_browser`, {})).id;
  const query = `?__clerk_db_jwt=${browser}`;
  const created = z.object({ response: z.object({ id: z.string() }) }).parse(
    await post(`${url}/v1/client/sign_ups${query}`, {
      email_address: 'ada@example.com',
      password: 'correct horse',
      first_name: 'Ada',
      last_name: 'Lovelace',
    }),
  );
  const path = `${url}/v1/client/sign_ups/${created.response.id}`;
  await post(`${path}/prepare_verification${query}`, { strategy: 'email_code' });
  const code = { strategy: 'email_code', code: '424242' };
  const attempt = await post(`${path}/attempt_verification${query}`, code);
  return attemptSchema.parse(attempt).response.status;
}

async function post(url: string, form: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { origin: 'http://localhost:3000' },
    body: new URLSearchParams(form),
  });
  return response.json();
}

test('`npm pack` builds the package first, without source maps', () => {
  const prepack: unknown = expect.stringMatching(
    / && tsc .* && node build\/bundle\.js --no-maps && /,
  );
  expect(manifest).toMatchObject({ scripts: { prepack } });
  expect(manifest).not.toHaveProperty('private');
});

describe('the installed tarball', () => {
  test('depends only on Zod, for the types, and contains the licences of the bundled packages', () => {
    const installed = readdirSync(path.join(folder, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(installed).toEqual(['@populatte', 'zod']);
    const licenses = readFileSync(path.join(installedFolder(), 'dist/LICENSES.txt'), 'utf8');
    for (const name of ['@hono/node-server', 'hono', 'jose', 'standardwebhooks', 'yaml', 'zod']) {
      expect(licenses).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+, `, 'm'));
    }
  });

  test('is one bundle: both entries have the same classes, and nothing is left of earlier builds', () => {
    writeFileSync(
      path.join(folder, 'classes.js'),
      `import { startClerkLocal, ClerkLocalError } from '@populatte/clerk-local';
       import { clerkFixtures } from '@populatte/clerk-local/testing';
       const { clerk } = clerkFixtures({ port: -1, tokenLifetimeSeconds: 0 });
       const error = await clerk({}, async () => {}).catch((error) => error);
       console.log(error instanceof ClerkLocalError, typeof startClerkLocal);`,
    );
    expect(run('classes.js')).toBe('true function\n');
    const scripts = readdirSync(path.join(installedFolder(), 'dist/server'));
    expect(scripts.filter((name) => name.endsWith('.js'))).toEqual([]);
  });

  test('has types that compile without skipLibCheck', () => {
    writeFileSync(
      path.join(folder, 'types.ts'),
      `import { startClerkLocal, type ClerkLocalOptions, type Seed } from '@populatte/clerk-local';
       import { clerkFixtures, signInAs } from '@populatte/clerk-local/testing';
       const seed: Seed = { users: [{ emailAddresses: ['ada@example.com'] }] };
       const options: ClerkLocalOptions = { seed };
       export const started: Promise<{ readonly url: string }> = startClerkLocal(options);
       export { clerkFixtures, signInAs };`,
    );
    const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const types = path.join(import.meta.dirname, '../../../../node_modules/@types');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    const environment = ['--typeRoots', types, '--types', 'node'];
    const args = [compiler, ...options, ...environment, 'types.ts'];
    expect(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })).toBe('');
  });

  test('starts from its bin, prints NAME=value lines, serves scripts and signs a user up', async () => {
    const child = spawn('npx', [...executable, '--port', '0', '--data', 'data'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'test' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    try {
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      await expect
        .poll(() => printed)
        .toMatch(/^CLERK_API_URL=.*\n(?:.*\n)*VITE_CLERK_UI_URL=.*\n/m);
      const variables = Object.fromEntries(
        printed
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const url = variables['CLERK_API_URL'] ?? '';
      expect(await signUp(url)).toBe('complete');
      for (const name of ['CLERK_JS_URL', 'CLERK_UI_URL']) {
        expect((await fetch(variables[name] ?? '')).status).toBe(200);
      }
      const users = await fetch(`${url}/v1/users`, {
        headers: { authorization: `Bearer ${variables['CLERK_SECRET_KEY'] ?? ''}` },
      });
      expect(await users.json()).toMatchObject([{ first_name: 'Ada' }]);
    } finally {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await once(child, 'close');
    }
    expect(existsSync(path.join(folder, 'data/state.json'))).toBe(true);
  });

  test('starts when imported', () => {
    writeFileSync(
      path.join(folder, 'start.js'),
      `import { startClerkLocal } from '@populatte/clerk-local';
       const clerk = await startClerkLocal({ port: 0 });
       const { status } = await fetch(clerk.url + '/v1/environment');
       console.log(JSON.stringify({ status, same: clerk.environment.CLERK_API_URL === clerk.url }));
       await clerk.close();`,
    );
    expect(JSON.parse(run('start.js'))).toEqual({ status: 200, same: true });
  });

  test('reads a seed file in YAML', () => {
    writeFileSync(
      path.join(folder, 'seed.yaml'),
      'users: [{ emailAddresses: [ada@example.com], firstName: Ada }] # not JSON\n',
    );
    writeFileSync(
      path.join(folder, 'seeded.js'),
      `import { startClerkLocal } from '@populatte/clerk-local';
       const clerk = await startClerkLocal({ port: 0, seed: 'seed.yaml' });
       const authorization = 'Bearer ' + clerk.environment.CLERK_SECRET_KEY;
       const users = await fetch(clerk.url + '/v1/users', { headers: { authorization } });
       for (const { first_name } of await users.json()) console.log(first_name);
       await clerk.close();`,
    );
    expect(run('seeded.js')).toBe('Ada\n');
  });

  test('refuses NODE_ENV=production', async () => {
    const child = spawn('npx', [...executable, '--port', '0'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'ignore',
    });
    expect(await once(child, 'close')).toEqual([1, null]);
  });
});
