import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import { DatabaseZap, RefreshCw, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { buttonVariants } from '@/components/ui/button';
import { Card, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { Command } from '@/components/ui/command';
import { DocumentLink } from '@/features/auth/signed-out-links';
import { bench, tests } from '@/features/home/figures.json';
import { OwnRequest } from '@/features/home/own-request';
import { PathPicture } from '@/features/home/path-picture';
import { isDevelopment } from '@/env';
import { clerkUrls } from '@/lib/clerk/urls';

/** The address at which `npm run docs` serves the documentation. */
const docsUrl = 'http://127.0.0.1:3002';

const promises = [
  {
    icon: DatabaseZap,
    title: 'A local user from the first request',
    text: 'No waiting for a webhook: a person’s first request creates their row.',
  },
  {
    icon: RefreshCw,
    title: 'Never an older profile',
    text: 'Tokens and webhooks follow one rule: the newest profile wins, and lost webhooks are repaired.',
  },
  {
    icon: ShieldCheck,
    title: 'An outage is not a sign-out',
    text: 'While the database or Clerk is down, people see a message and stay signed in.',
  },
];

const pieces = [
  {
    title: 'The module',
    text: 'For NestJS: the guard, the sync, the webhook and the journal, on your own table.',
    command: 'npm install @populatte/nestjs-clerk-sync drizzle-orm pg',
  },
  {
    title: 'The local Clerk',
    text: 'A Clerk development instance on your machine, offline, with faults on demand.',
    command: 'npx @populatte/clerk-local',
  },
  {
    title: 'The client',
    text: 'Typed calls for browsers and servers, which renew expired tokens automatically.',
    command: 'npm install @populatte/api-client',
  },
];

const measurements = [
  { value: bench.requestsPerSecond, text: 'requests per second on one core' },
  {
    value: `${bench.overUsualFastify} ×`,
    text: 'the usual way: verify, select, compare, upsert',
  },
  {
    value: bench.changeSeenWithin,
    text: 'until another process sees a change (p99)',
  },
];

export default async function HomePage(): Promise<ReactNode> {
  const { userId } = await auth();
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-16 px-4 py-12 sm:gap-24 sm:px-6 sm:py-20">
      <section className="flex flex-col gap-12 sm:gap-16">
        <div className="flex max-w-3xl flex-col items-start gap-6">
          <h1 className="text-display font-semibold text-balance">
            Every <span className="whitespace-nowrap">signed-in</span> user, already in your
            database.
          </h1>
          <p className="text-muted-foreground max-w-2xl text-lg text-pretty sm:text-xl">
            People sign in with Clerk. From their first request on, your API has its own row for
            each of them, and the row stays up to date.
          </p>
          <HomeActions isAuthenticated={userId !== null} />
        </div>
        <figure className="flex flex-col gap-6">
          <PathPicture />
          <figcaption className="text-muted-foreground text-center text-sm">
            {userId === null ? (
              'Sign in, and this line shows how long your own request took.'
            ) : (
              <OwnRequest userId={userId} />
            )}
          </figcaption>
        </figure>
      </section>

      <section aria-labelledby="promises" className="flex flex-col gap-8">
        <h2 id="promises" className="text-title font-semibold">
          What you can rely on
        </h2>
        <ul className="grid gap-8 md:grid-cols-3">
          {promises.map(({ icon: Icon, title, text }) => (
            <li key={title} className="flex flex-col gap-3">
              <span className="bg-accent text-accent-foreground grid size-10 place-items-center rounded-lg">
                <Icon aria-hidden className="size-5" />
              </span>
              <h3 className="font-semibold">{title}</h3>
              <p className="text-muted-foreground text-sm text-pretty">{text}</p>
            </li>
          ))}
        </ul>
        <p className="text-muted-foreground text-sm text-pretty">
          Tested by <code className="font-mono text-xs">npm run test:all</code> on {tests.when},
          with {tests.histories} random histories of requests and webhooks, {tests.forgeries} forged
          tokens and webhooks, and {tests.faults} kinds of failure.
        </p>
      </section>

      <section aria-labelledby="cost" className="flex flex-col gap-8">
        <h2 id="cost" className="text-title font-semibold">
          What it costs
        </h2>
        <dl className="bg-border grid gap-px overflow-hidden rounded-xl border shadow-card sm:grid-cols-3">
          {measurements.map(({ value, text }) => (
            <div key={text} className="bg-card flex flex-col-reverse justify-end gap-2 p-6 sm:p-8">
              <dt className="text-muted-foreground text-sm text-pretty">{text}</dt>
              <dd className="text-3xl font-semibold tracking-tight tabular-nums sm:text-4xl">
                {value}
              </dd>
            </div>
          ))}
        </dl>
        <p className="text-muted-foreground text-sm text-pretty">
          Measured by <code className="font-mono text-xs">npm run bench</code> on {bench.when},{' '}
          {bench.machine}. That is {bench.ofNoAuthentication} of what the same route serves without
          authentication.
        </p>
      </section>

      <section aria-labelledby="pieces" className="flex flex-col gap-8">
        <h2 id="pieces" className="text-title font-semibold">
          Take the piece you need
        </h2>
        <ul className="grid gap-5 lg:grid-cols-3">
          {pieces.map(({ title, text, command }) => (
            <li key={title} className="grid min-w-0">
              <Card className="justify-between">
                <CardHeader>
                  <CardTitle>{title}</CardTitle>
                  <CardDescription>{text}</CardDescription>
                </CardHeader>
                <Command>{command}</Command>
              </Card>
            </li>
          ))}
        </ul>
      </section>

      <section
        aria-labelledby="start"
        className="bg-accent text-accent-foreground grid items-center gap-6 rounded-2xl p-6 sm:p-10 lg:grid-cols-2"
      >
        <div className="flex flex-col gap-2">
          <h2 id="start" className="text-title text-foreground font-semibold">
            Or start with everything
          </h2>
          <p className="text-pretty">
            API, web app, PostgreSQL and a local Clerk run with one command, without an account and
            without a network. Another one serves the documentation.
          </p>
        </div>
        <div className="flex flex-col gap-3">
          <Command>npm install && npm start</Command>
          <Command>npm run docs</Command>
          {isDevelopment && (
            <a href={docsUrl} className="w-fit font-medium underline underline-offset-4">
              Open the documentation
            </a>
          )}
        </div>
      </section>
    </div>
  );
}

function HomeActions({ isAuthenticated }: { readonly isAuthenticated: boolean }): ReactNode {
  if (isAuthenticated) {
    return (
      <Link href="/dashboard" className={buttonVariants({ size: 'lg' })}>
        Go to your dashboard
      </Link>
    );
  }
  return (
    <div className="flex flex-wrap gap-3">
      <DocumentLink href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'lg' })}>
        Create account
      </DocumentLink>
      <DocumentLink
        href={clerkUrls.signInUrl}
        className={buttonVariants({ size: 'lg', variant: 'outline' })}
      >
        Sign in
      </DocumentLink>
    </div>
  );
}
