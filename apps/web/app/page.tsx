import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import { DatabaseZap, RefreshCw, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { buttonVariants } from '@/components/ui/button';
import { Card, CardDescription, CardHeader, CardTitle } from '@/components/ui/card';
import { clerkUrls } from '@/lib/clerk/urls';

const features = [
  {
    icon: DatabaseZap,
    title: 'A local user from the first request',
    text: 'No waiting for a webhook: your first request creates your row.',
  },
  {
    icon: RefreshCw,
    title: 'Never an older profile',
    text: 'Tokens and webhooks follow one rule: the newest profile wins.',
  },
  {
    icon: ShieldCheck,
    title: 'An outage is not a sign-out',
    text: 'While a database or the key server is down, you see a message and stay signed in.',
  },
];

export default async function HomePage(): Promise<ReactNode> {
  const { isAuthenticated } = await auth();
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-1 flex-col justify-center gap-10 px-4 py-12 sm:gap-14 sm:py-20">
      <div className="flex max-w-3xl flex-col items-start gap-5">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-5xl">
          Sign in with Clerk. <br className="hidden md:inline" />
          Known to your API at once.
        </h1>
        <p className="text-muted-foreground text-lg text-pretty">
          Every authenticated request has the local database user.
        </p>
        <HomeActions isAuthenticated={isAuthenticated} />
      </div>
      <ul className="grid gap-4 md:grid-cols-3">
        {features.map(({ icon: Icon, title, text }) => (
          <li key={title} className="grid">
            <Card>
              <Icon aria-hidden className="text-primary size-5" />
              <CardHeader>
                <CardTitle>{title}</CardTitle>
                <CardDescription>{text}</CardDescription>
              </CardHeader>
            </Card>
          </li>
        ))}
      </ul>
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
      <Link href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'lg' })}>
        Create account
      </Link>
      <Link
        href={clerkUrls.signInUrl}
        className={buttonVariants({ size: 'lg', variant: 'outline' })}
      >
        Sign in
      </Link>
    </div>
  );
}
