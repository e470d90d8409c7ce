/** An application of the tests. */
interface Definition {
  /** Packages from the registry, in addition to the tarball. */
  readonly packages: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

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

/** A Playwright project that follows Clerk's guide, and tests with one instance each. */
const playwrightProject = {
  'playwright.config.js': `
export default {
  testDir: 'e2e',
  fullyParallel: true,
  workers: 8,
  timeout: 120_000,
  reporter: 'list',
  use: {
    baseURL: process.env.BASE_URL,
    launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] },
  },
  projects: [
    { name: 'global setup', testMatch: 'global.setup.js' },
    {
      name: 'authenticated',
      testMatch: 'authenticated.spec.js',
      use: { storageState: 'playwright/.clerk/user.json' },
      dependencies: ['global setup'],
    },
    { name: 'own instances', testMatch: 'own-instances.spec.js' },
  ],
};`,
  'e2e/global.setup.js': `
import { clerk, clerkSetup } from '@clerk/testing/playwright';
import { expect, test as setup } from '@playwright/test';
setup.describe.configure({ mode: 'serial' });
setup('global setup', () => clerkSetup());
setup('authenticate and save the state', async ({ page }) => {
  await page.goto('/');
  const signInParams = {
    strategy: 'password',
    identifier: process.env.E2E_CLERK_USER_USERNAME,
    password: process.env.E2E_CLERK_USER_PASSWORD,
  };
  await clerk.signIn({ page, signInParams });
  await page.goto('/api/me');
  await expect(page.locator('body')).toContainText('user_');
  await page.context().storageState({ path: 'playwright/.clerk/user.json' });
});`,
  'e2e/authenticated.spec.js': `
import { clerk, setupClerkTestingToken } from '@clerk/testing/playwright';
import { expect, test } from '@playwright/test';
test('starts signed in, and signs out', async ({ page }) => {
  await setupClerkTestingToken({ page });
  await page.goto('/api/me');
  await expect(page.locator('body')).toContainText('user_');
  await page.goto('/');
  await clerk.signOut({ page });
  const me = async () => (await page.request.get('/api/me')).json();
  await expect.poll(me).toEqual({ userId: null });
});`,
  'e2e/own-instances.spec.js': `
import { expect, test as base } from '@playwright/test';
import { clerkFixtures, signInAs } from '@populatte/clerk-local/testing';
const test = base.extend(clerkFixtures());
for (let number = 1; number <= 50; number += 1) {
  test('signs in to an instance of its own, ' + number, async ({ page, clerk }) => {
    const email = 'user-' + number + '@example.com';
    await page.goto(clerk.url + '/sign-in');
    await signInAs(page, email);
    const users = await clerk.users.list();
    expect(users.map((user) => user.email_addresses[0].email_address)).toEqual([email]);
    await page.waitForFunction((id) => window.Clerk?.user?.id === id, users[0].id);
  });
}`,
};

/** The applications by name. */
export const definitions = {
  express: {
    packages: ['express', '@clerk/express'],
    files: { 'server.js': servers.express, 'page.js': serverPage },
  },
  fastify: {
    packages: ['fastify', '@clerk/fastify'],
    files: { 'server.js': servers.fastify, 'page.js': serverPage },
  },
  react: {
    packages: [
      'vite@7',
      '@vitejs/plugin-react@5',
      'react@19.3.1',
      'react-dom@19.3.1',
      '@clerk/react',
    ],
    files: {
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
  },
  next: {
    packages: ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', '@clerk/nextjs@7.9.17'],
    files: {
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
    },
  },
  playwright: {
    packages: ['express', '@clerk/express', '@clerk/testing', '@playwright/test@1.65.1'],
    files: { 'server.js': servers.express, 'page.js': serverPage, ...playwrightProject },
  },
  cli: { packages: ['clerk@3.3.0'], files: {} },
} satisfies Readonly<Record<string, Definition>>;

export type ApplicationName = keyof typeof definitions;
