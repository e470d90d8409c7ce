import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../frontend-api/support/chromium.js';
import { application, freePort, run, startClerk } from './application.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

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
  onTestFinished(() => page.close());
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
  // The server's text is there before clerk-js has loaded: until then, `signOut` has no effect.
  await page.waitForFunction('window.Clerk?.loaded');
  await page.evaluate('window.Clerk.signOut()');
  await page.getByText('Server: signed out').waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signIn(page);
  await page.waitForURL(`${origin}/**`);
  await page.getByText(/Server: user_/).waitFor();
});
