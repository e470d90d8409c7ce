import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { allFeatures } from '../../src/domain/shared/features.js';
import type { ClerkLocal } from '../../src/index.js';
import { aClerkLocal } from '../support/clerk-local.js';
import { runCommand } from '../support/command-line.js';
import { aTemporaryFolder } from '../support/temporary-folder.js';

interface Running {
  readonly clerk: ClerkLocal;
  readonly statePath: string;
  readonly userId: string;
}

async function aRunningInstance(): Promise<Running> {
  const statePath = path.join(aTemporaryFolder(), 'state.json');
  const clerk = await aClerkLocal({ statePath });
  const user = await clerk.users.ensure({
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
  });
  return { clerk, statePath, userId: user.id };
}

describe('clerk-local token', () => {
  test('prints only a session token for a user found by email address', async () => {
    const { clerk, statePath, userId } = await aRunningInstance();
    const origin = 'http://localhost:3000';
    const { code, printed, reported } = await runCommand([
      ...['token', '--user', 'Ada@example.com', '--origin', origin, '--state', statePath],
    ]);
    expect([code, printed.length, reported]).toEqual([0, 1, '']);
    expect(decodeJwt(printed[0] ?? '')).toMatchObject({
      sub: userId,
      azp: origin,
      iss: clerk.issuer,
    });
  });

  test('accepts a user id and finds the instance by CLERK_API_URL and CLERK_SECRET_KEY', async () => {
    const { clerk, userId } = await aRunningInstance();
    const environment = { apiUrl: clerk.url, secretKey: clerk.secretKey };
    const { printed } = await runCommand(['token', '--user', userId], { environment });
    expect(decodeJwt(printed[0] ?? '').sub).toBe(userId);
  });

  test('explains each error and how to fix it', async () => {
    const { clerk, statePath } = await aRunningInstance();
    const token = ['token', '--user', 'nobody@example.com'];
    const environment = { apiUrl: clerk.url, secretKey: 'sk_test_wrong' };

    const usage = await runCommand(['token']);
    expect([usage.code, usage.reported]).toEqual([
      2,
      '--user EMAIL|ID is required.\nSee `clerk-local token --help`.',
    ]);
    const noState = await runCommand([...token, '--state', `${statePath}.not`]);
    expect(noState.code).toBe(2);
    expect(noState.reported).toMatch(/state file .* does not exist\. Start `clerk-local serve`/);
    const noUser = await runCommand([...token, '--state', statePath]);
    expect([noUser.code, noUser.printed]).toEqual([1, []]);
    expect(noUser.reported).toMatch(/user nobody@example\.com does not exist.*clerk-local users/);
    const wrongKey = await runCommand(token, { environment });
    expect(wrongKey.reported).toMatch(/401.*CLERK_SECRET_KEY/);

    await clerk.close();
    const closed = await runCommand([...token, '--state', statePath]);
    expect(closed.reported).toBe(
      `clerk-local is not reachable at ${clerk.url}. Start it with \`clerk-local serve\`, or check CLERK_API_URL.`,
    );
  });
});

describe('clerk-local users', () => {
  test('prints one line per user', async () => {
    const { clerk, statePath, userId } = await aRunningInstance();
    const nameless = await clerk.users.create({ skip_user_requirement: true });
    const { printed } = await runCommand(['users', '--state', statePath]);
    expect(printed).toEqual([`${nameless.id}\t\t`, `${userId}\tada@example.com\tAda Lovelace`]);
  });
});

describe('clerk-local env', () => {
  test('prints the environment variables of an application', async () => {
    const { clerk, statePath } = await aRunningInstance();
    const { printed } = await runCommand(['env', '--state', statePath]);
    expect(printed).toContain(`CLERK_SECRET_KEY=${clerk.secretKey}`);
    expect(printed).toContain(`CLERK_API_URL=${clerk.url}`);
    expect(printed).toContain(`CLERK_PUBLISHABLE_KEY=${clerk.publishableKey}`);
    expect(printed).toContain(`NEXT_PUBLIC_CLERK_PROXY_URL=${clerk.url}`);
  });
});

describe('clerk-local serve', () => {
  test('serves requests until it is stopped', async () => {
    const statePath = path.join(aTemporaryFolder(), 'state.json');
    const stop = new AbortController();
    const answers: number[] = [];
    const { code } = await runCommand(['serve', '--port', '0', '--state', statePath], {
      stop: stop.signal,
      onPrint: (line) => {
        const url = apiUrlIn(line);
        if (url === undefined) return;
        void fetch(`${url}/v1/jwks`).then(({ status }) => {
          answers.push(status);
          stop.abort();
        });
      },
    });
    expect(code).toBe(0);
    expect(answers).toEqual([401]);
  });

  test('serves only the hosts that --allow-host names', async () => {
    const stop = new AbortController();
    const statuses: unknown[] = [];
    const args = ['serve', '--port', '0', '--state', path.join(aTemporaryFolder(), 'state.json')];
    const { code } = await runCommand(
      [...args, '--allow-host', 'clerk-local', '--allow-host', 'clerk.test'],
      {
        stop: stop.signal,
        onPrint: (line) => {
          const url = apiUrlIn(line);
          if (url === undefined) return;
          void Promise.all(
            ['clerk-local', 'clerk.test', 'evil.example'].map((host) =>
              statusFor(new URL(url), host),
            ),
          ).then((answers) => {
            statuses.push(...answers);
            stop.abort();
          });
        },
      },
    );
    expect(code).toBe(0);
    expect(statuses).toEqual([401, 401, 421]);
  });

  test.each([
    ['--allow-host', 'clerk.test:80', 'expected a host name without port'],
    ['--clock', 'tomorrow', 'expected an ISO time with a time zone, such as 2030-01-01T00:00:00Z'],
    ['--host', '', 'expected a name or an address'],
    ['--inspect', 'file:///etc/passwd', 'expected an http or https URL'],
    ['--port', '70000', 'expected 0 to 65535'],
    ['--token-lifetime', '0', 'expected at least 1'],
    ['--webhook-url', 'localhost', 'expected an http or https URL'],
  ])('names the option %s if its value %j is not valid', async (option, value, problem) => {
    const statePath = path.join(aTemporaryFolder(), 'state.json');
    const { code, reported } = await runCommand([
      ...['serve', '--port', '0', '--state', statePath, option, value],
    ]);
    expect([code, reported]).toEqual([
      2,
      `${option} is not valid: ${problem}.\nSee \`clerk-local serve --help\`.`,
    ]);
  });

  test('names a data folder that cannot be created, without a stack trace', async () => {
    const file = path.join(aTemporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, reported } = await runCommand(['--port', '0', '--data', file]);
    expect(code).toBe(1);
    expect(reported).toBe(
      `The state cannot be written to ${file} (EEXIST). Choose a folder that this user may write to, with --data (data in startClerkLocal).`,
    );
  });

  test('names an invalid option', async () => {
    const port = await runCommand(['serve', '--port', 'many']);
    expect([port.code, port.reported]).toEqual([
      2,
      '--port must be a whole number, not "many".\nSee `clerk-local serve --help`.',
    ]);
    expect((await runCommand(['serve', '--colour', 'red'])).code).toBe(2);
  });
});

describe('clerk-local without a command', () => {
  test('starts an instance and prints its variables as NAME=value lines', async () => {
    const data = path.join(aTemporaryFolder(), 'data');
    const stop = new AbortController();
    const { code, printed } = await runCommand(['--port', '0', '--data', data], {
      stop: stop.signal,
      onPrint: () => {
        stop.abort();
      },
    });
    expect(code).toBe(0);
    expect(printed.filter((line) => !/^[A-Z][A-Z0-9_]*=\S+$/.test(line))).toEqual([]);
    expect(printed).toContainEqual(expect.stringMatching(/^CLERK_SECRET_KEY=sk_test_/));
    expect(readFileSync(path.join(data, '.gitignore'), 'utf8')).toBe('*\n');
    expect(existsSync(path.join(data, 'state.json'))).toBe(true);
  });

  test.each([
    ['next', 'NEXT_PUBLIC_CLERK_PROXY_URL'],
    ['react', 'VITE_CLERK_PUBLISHABLE_KEY'],
    ['express', 'CLERK_PROXY_URL'],
    ['express', 'CLERK_SIGN_UP_URL'],
    ['fastify', 'CLERK_API_URL'],
    ['node', 'CLERK_API_URL'],
    ['cli', 'CLERK_BACKEND_API_URL'],
  ])('prints the variables for %s and exits with --env', async (kind, name) => {
    const data = aTemporaryFolder();
    const { code, printed } = await runCommand([
      ...['--env', kind, '--data', data, '--port', '4999'],
    ]);
    expect(code).toBe(0);
    expect(printed.map((line) => line.split('=')[0])).toContain(name);
  });

  test('prints the keys that the next start uses', async () => {
    const data = aTemporaryFolder();
    const { printed } = await runCommand(['--env', 'node', '--data', data]);
    const clerk = await aClerkLocal({ data });
    expect(printed).toContain(`CLERK_SECRET_KEY=${clerk.secretKey}`);
    expect(printed).toContain('CLERK_API_URL=http://127.0.0.1:4010');
  });

  test('names the kinds that --env accepts', async () => {
    const { code, reported } = await runCommand(['--env', 'rails', '--data', aTemporaryFolder()]);
    expect(code).toBe(2);
    expect(reported).toMatch(/--env must be one of next, react, .*not "rails"/);
  });

  test('prints no keys in production', async () => {
    const { code, printed } = await runCommand(['--env', 'node', '--data', aTemporaryFolder()], {
      environment: { production: true },
    });
    expect([code, printed]).toEqual([1, []]);
  });
});

describe('clerk-local', () => {
  test('names every feature in the help of --enable', async () => {
    const { printed } = await runCommand(['serve', '--help']);
    for (const feature of allFeatures) {
      const kind = /^(oauth|web3)_/.exec(feature)?.[0] ?? feature;
      expect(printed.join('\n')).toContain(kind);
    }
  });

  test('prints help for the program and for each command', async () => {
    const { printed } = await runCommand(['--help']);
    for (const name of ['serve', 'token', 'users', 'env']) {
      expect(printed.join('\n')).toContain(`clerk-local ${name}`);
      const own = await runCommand([name, '--help']);
      expect((await runCommand(['help', name])).printed).toEqual(own.printed);
      expect([own.code, own.printed.join('\n').split(/\s/, 2)]).toEqual([0, ['clerk-local', name]]);
    }
  });

  test('rejects an unknown command', async () => {
    const { code, reported } = await runCommand(['fly']);
    expect(code).toBe(2);
    expect(reported).toContain('Unknown command "fly".');
  });
});

/** Returns the URL of the instance if a line sets `CLERK_API_URL`. */
function apiUrlIn(line: string): string | undefined {
  return /^CLERK_API_URL=(.*)$/.exec(line)?.[1];
}

/** Requests the key set with a custom `Host`, which `fetch` does not allow. */
function statusFor(url: URL, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(new URL('/v1/jwks', url), { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
  });
}
