import type { ReactNode } from 'react';
import type { Metadata, Viewport } from 'next';
import { SiteFooter } from '@/components/layout/site-footer';
import { SiteHeader } from '@/components/layout/site-header';
import { SkipLink } from '@/components/layout/skip-link';
import { inter } from './fonts';
import { Providers } from './providers';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Populatte', template: '%s · Populatte' },
  description: 'Sign in with Clerk; the API has your local user from the first request.',
};

export const viewport: Viewport = { colorScheme: 'light dark' };

export default function RootLayout({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <html lang="en" className={inter.variable}>
      <body>
        <Providers>
          <SkipLink />
          <SiteHeader />
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
