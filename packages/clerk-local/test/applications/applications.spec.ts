import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { packPackage } from '../package/installed-package.js';

type Variables = Readonly<Record<string, string>>;

let browser: Browser;
let tarball = '';
let scratch = '';
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'clerk-local-applications-'));
  tarball = packPackage(scratch);
  browser = await launchChromium();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(async () => {
  await browser.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Installs the tarball and other packages from the registry into a new folder. */
function application(name: string, packages: readonly string[], files: Variables): string {
  const folder = path.join(scratch, name);
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
  return folder;
}

interface Program {
  /** Waits until the output matches, and returns the match. */
  readonly prints: (pattern: RegExp) => Promise<string>;
}

function run(folder: string, args: readonly string[], environment: Variables): Program {
  const child = spawn('npx', ['--no-install', ...args], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'development', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  stops.push(() => stop(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return {
    prints: async (pattern) => {
      await expect.poll(() => output, { timeout: 120_000 }).toMatch(pattern);
      return pattern.exec(output)?.[0] ?? '';
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  process.kill(-child.pid, 'SIGKILL');
  await once(child, 'exit');
}

/** Starts the installed `clerk-local`, and returns the variables that it prints for a kind. */
async function startClerk(folder: string, kind: string): Promise<Variables> {
  const port = `${await freePort()}`;
  const address = ['clerk-local', '--port', port, '--data', 'data'];
  await run(folder, address, {}).prints(/^CLERK_API_URL=.*\n/m);
  const printed = execFileSync('npx', ['--no-install', ...address, '--env', kind], {
    cwd: folder,
    encoding: 'utf8',
  });
  return Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP server.');
  return address.port;
}

async function answers(url: string): Promise<void> {
  const ok = (): Promise<boolean> =>
    fetch(url).then(
      ({ ok: isOk }) => isOk,
      () => false,
    );
  await expect.poll(ok, { timeout: 120_000, interval: 500 }).toBe(true);
}

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(90_000);
  stops.push(() => page.close());
  await page.goto(url);
  await page.waitForFunction('window.Clerk?.loaded');
  return page;
}

/** Fills in Clerk's sign-up form, wherever it is shown. */
async function signUp(page: Page): Promise<void> {
  const fields = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    emailAddress: 'ada@example.com',
    password: 'correct horse battery',
  };
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`input[name="${name}"]`).fill(value);
  }
  await page.locator('button.cl-formButtonPrimary').click();
  await page.locator('[data-input-otp]').first().focus();
  await page.keyboard.type('424242', { delay: 20 });
}

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name="identifier"]').fill('ada@example.com');
  await page.locator('button.cl-formButtonPrimary').click();
  await page.locator('input[name="password"]:not([tabindex="-1"])').fill('correct horse battery');
  await page.locator('button.cl-formButtonPrimary').click();
}

const signedIn = 'Boolean(window.Clerk?.loaded && window.Clerk.user)';

/** A page of a server that loads Clerk's scripts and mounts a component by the path. */
const serverPage = `
export const page = (env) => \`<!doctype html><title>Page</title><link rel="icon" href="data:,">
<main id="app"></main>
\${['JS', 'UI'].map((name) => \`<script data-clerk-\${name.toLowerCase()}-script crossorigin="anonymous"
  data-clerk-publishable-key="\${env.CLERK_PUBLISHABLE_KEY}" data-clerk-proxy-url="\${env.CLERK_PROXY_URL}"
  src="\${env['CLERK_' + name + '_URL']}"></script>\`).join('')}
<script>addEventListener('load', async () => {
  await Clerk.load({ ui: { ClerkUI: __internal_ClerkUICtor }, telemetry: false,
    signInFallbackRedirectUrl: '/', signUpFallbackRedirectUrl: '/' });
  const app = document.getElementById('app');
  if (location.pathname === '/sign-up') Clerk.mountSignUp(app, { routing: 'hash' });
  if (location.pathname === '/sign-in') Clerk.mountSignIn(app, { routing: 'hash' });
})</script>\`;
`;

const servers = {
  express: `
import express from 'express';
import { clerkMiddleware, getAuth } from '@clerk/express';
import { page } from './page.js';
const app = express();
app.use(clerkMiddleware());
app.get('/api/me', (request, response) => {
  const { userId } = getAuth(request);
  response.status(userId ? 200 : 401).json({ userId });
});
app.get(/.*/, (_request, response) => response.type('html').send(page(process.env)));
app.listen(Number(process.env.PORT), '127.0.0.1');
`,
  fastify: `
import Fastify from 'fastify';
import { clerkPlugin, getAuth } from '@clerk/fastify';
import { page } from './page.js';
const app = Fastify();
app.register(clerkPlugin, {
  publishableKey: process.env.CLERK_PUBLISHABLE_KEY,
  secretKey: process.env.CLERK_SECRET_KEY,
  apiUrl: process.env.CLERK_API_URL,
  proxyUrl: process.env.CLERK_PROXY_URL,
});
app.get('/api/me', (request, reply) => {
  const { userId } = getAuth(request);
  reply.code(userId ? 200 : 401).send({ userId });
});
app.get('/*', (_request, reply) => reply.type('text/html').send(page(process.env)));
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
`,
};

test.each(['express', 'fastify'] as const)(
  '@clerk/%s knows who signed up, out and in',
  async (kind) => {
    const folder = application(kind, [kind, `@clerk/${kind}`], {
      'server.js': servers[kind],
      'page.js': serverPage,
    });
    const environment = await startClerk(folder, kind);
    const port = await freePort();
    run(folder, ['node', 'server.js'], { ...environment, PORT: `${port}` });
    const origin = `http://localhost:${port}`;
    await answers(`${origin}/sign-up`);

    const page = await open(`${origin}/sign-up`);
    const me = async (): Promise<unknown> =>
      page.evaluate(
        "fetch('/api/me').then(async (answer) => [answer.status, await answer.json()])",
      );
    expect(await me()).toEqual([401, { userId: null }]);
    await signUp(page);
    await page.waitForURL(`${origin}/`);
    await page.waitForFunction(signedIn);
    const id: unknown = await page.evaluate('window.Clerk.user.id');
    expect(await me()).toEqual([200, { userId: id }]);
    await page.evaluate('window.Clerk.signOut()');
    await page.waitForFunction('window.Clerk?.loaded && !window.Clerk.user');
    expect(await me()).toEqual([401, { userId: null }]);
    await page.goto(`${origin}/sign-in`);
    await signIn(page);
    await page.waitForURL(`${origin}/`);
    await page.waitForFunction(signedIn);
    expect(await me()).toEqual([200, { userId: id }]);
  },
);

test('@clerk/react on Vite signs up, out and in', async () => {
  const folder = application(
    'react',
    ['vite@7', '@vitejs/plugin-react@5', 'react@19.3.1', 'react-dom@19.3.1', '@clerk/react'],
    {
      'vite.config.js': `import react from '@vitejs/plugin-react';
export default { plugins: [react()] };`,
      'index.html':
        '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.jsx"></script>',
      'main.jsx': `
import { ClerkProvider, Show, SignIn, SignUp, UserButton } from '@clerk/react';
import { createRoot } from 'react-dom/client';
const env = import.meta.env;
const component = location.pathname === '/sign-in' ? <SignIn routing="hash" /> : <SignUp routing="hash" />;
createRoot(document.getElementById('root')).render(
  <ClerkProvider publishableKey={env.VITE_CLERK_PUBLISHABLE_KEY} proxyUrl={env.VITE_CLERK_PROXY_URL}
    __internal_clerkJSUrl={env.VITE_CLERK_JS_URL} __internal_clerkUIUrl={env.VITE_CLERK_UI_URL}
    signInFallbackRedirectUrl="/" signUpFallbackRedirectUrl="/" afterSignOutUrl="/" telemetry={false}>
    <Show when="signed-in"><UserButton /><p>Signed in</p></Show>
    <Show when="signed-out"><p>Signed out</p>{component}</Show>
  </ClerkProvider>,
);`,
    },
  );
  const environment = await startClerk(folder, 'react');
  const port = await freePort();
  run(folder, ['vite', '--port', `${port}`, '--strictPort', '--host', '127.0.0.1'], environment);
  const origin = `http://localhost:${port}`;
  await answers(origin);
  const page = await open(`${origin}/sign-up`);
  await signUp(page);
  await page.getByText('Signed in').waitFor();
  await page.evaluate('window.Clerk.signOut()');
  await page.getByText('Signed out').waitFor();
  await page.goto(`${origin}/sign-in`);
  await signIn(page);
  await page.getByText('Signed in').waitFor();
});

test('Clerk’s quickstart for Next.js signs up, out and in on the Account Portal', async () => {
  const packages = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', '@clerk/nextjs@7.9.17'];
  const folder = application('next', packages, {
    'proxy.js': `
import { clerkMiddleware } from '@clerk/nextjs/server';
export default clerkMiddleware();
export const config = {
  matcher: [
    '/((?!_next|[^?]*\\\\.(?:html?|css|js(?!on)|jpe?g|webp|png|gif|svg|ttf|woff2?|ico|csv|docx?|xlsx?|zip|webmanifest)).*)',
    '/(api|trpc)(.*)',
  ],
};`,
    'app/layout.jsx': `
import { ClerkProvider, Show, SignInButton, SignUpButton, UserButton } from '@clerk/nextjs';
export default function RootLayout({ children }) {
  return (
    <html lang="en"><body><ClerkProvider>
      <header>
        <Show when="signed-out"><SignInButton /><SignUpButton /></Show>
        <Show when="signed-in"><UserButton /></Show>
      </header>
      {children}
    </ClerkProvider></body></html>
  );
}`,
    'app/page.jsx': `
import { auth } from '@clerk/nextjs/server';
export default async function Home() {
  const { userId } = await auth();
  return <main>{userId ? 'Server: ' + userId : 'Server: signed out'}</main>;
}`,
  });
  const environment = await startClerk(folder, 'next');
  const port = await freePort();
  run(folder, ['next', 'dev', '--port', `${port}`], environment);
  const origin = `http://localhost:${port}`;
  await answers(origin);
  const page = await open(origin);
  await page.getByText('Server: signed out').waitFor();
  await page.getByRole('button', { name: 'Sign up' }).click();
  await signUp(page);
  await page.waitForURL(`${origin}/**`);
  await page.getByText(/Server: user_/).waitFor();
  await page.evaluate('window.Clerk.signOut()');
  await page.getByText('Server: signed out').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signIn(page);
  await page.waitForURL(`${origin}/**`);
  await page.getByText(/Server: user_/).waitFor();
});
