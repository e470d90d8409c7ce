import type { ReactNode } from 'react';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { SiteFooter } from '@/components/layout/site-footer';
import { SiteHeader } from '@/components/layout/site-header';
import { SkipLink } from '@/components/layout/skip-link';
import { readServerEnv } from '@/env';
import { parseTheme, themeCookie } from '@/lib/theme';
import { inter } from './fonts';
import { Providers } from './providers';
import './globals.css';

const description =
  'Sign in with Clerk, and your own database has the user from the first request on.';

/** Absolute addresses, such as the picture's, begin with this app's first origin. */
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
    { media: '(prefers-color-scheme: light)', color: '#fcfaf7' },
    { media: '(prefers-color-scheme: dark)', color: '#17110d' },
  ],
};

export default async function RootLayout({
  children,
}: {
  readonly children: ReactNode;
}): Promise<ReactNode> {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" className={inter.variable} data-theme={theme === 'system' ? undefined : theme}>
      <body>
        <Providers>
          <SkipLink />
          <SiteHeader theme={theme} />
          <main
            id="content"
            tabIndex={-1}
            className="flex flex-1 flex-col focus-visible:outline-none"
          >
            {children}
          </main>
          <SiteFooter />
        </Providers>
      </body>
    </html>
  );
}
