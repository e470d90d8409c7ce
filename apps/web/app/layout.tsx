import type { ReactNode } from 'react';
import { auth } from '@clerk/nextjs/server';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import { SiteFooter } from '@/components/layout/site-footer';
import { SiteHeader } from '@/components/layout/site-header';
import { SkipLink } from '@/components/layout/skip-link';
import { Toaster } from '@/components/ui/toaster';
import { readServerEnv } from '@/env';
import { AccountNavigation } from '@/features/auth/account-navigation';
import { SignedOutLinks } from '@/features/auth/signed-out-links';
import { WithoutClerk } from '@/features/auth/without-clerk';
import { isDocumentHeader, requestedPathHeader } from '@/lib/http/requested-path';
import { parseTheme, themeCookie } from '@/lib/theme';
import { inter } from './fonts';
import { Providers } from './providers';
import { description, pageColours } from './site';
import './globals.css';

/** Absolute URLs, such as the link preview image's, begin with this app's first origin. */
export function generateMetadata(): Metadata {
  const [origin] = readServerEnv().WEB_URL;
  return {
    ...(origin === undefined ? {} : { metadataBase: new URL(origin) }),
    title: { default: 'Populatte', template: '%s · Populatte' },
    description,
    openGraph: {
      type: 'website',
      siteName: 'Populatte',
      title: 'Populatte',
      description,
      url: '/',
    },
    twitter: { card: 'summary_large_image' },
  };
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: pageColours.light },
    { media: '(prefers-color-scheme: dark)', color: pageColours.dark },
  ],
};

export default async function RootLayout({
  children,
}: {
  readonly children: ReactNode;
}): Promise<ReactNode> {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const isWithoutClerk = await needsNoClerk();
  const frame = (links: ReactNode): ReactNode => (
    <>
      <SkipLink />
      <SiteHeader theme={theme} links={links} />
      <Toaster />
      <main id="content" tabIndex={-1} className="flex flex-1 flex-col focus-visible:outline-none">
        {children}
      </main>
      <SiteFooter />
    </>
  );
  return (
    <html lang="en" className={inter.variable} data-theme={theme === 'system' ? undefined : theme}>
      <body>
        {isWithoutClerk ? (
          <WithoutClerk>{frame(<SignedOutLinks loadsDocument />)}</WithoutClerk>
        ) : (
          <Providers>{frame(<AccountNavigation />)}</Providers>
        )}
      </body>
    </html>
  );
}

/**
 * Whether the document is the home page of a signed-out visitor. A data request for a displayed
 * page never removes Clerk from it, because Clerk is still active after a sign-out.
 */
async function needsNoClerk(): Promise<boolean> {
  const requested = await headers();
  const isHome = requested.get(requestedPathHeader) === '/' && requested.has(isDocumentHeader);
  if (!isHome) return false;
  const { userId } = await auth({ treatPendingAsSignedOut: false });
  return userId === null;
}
