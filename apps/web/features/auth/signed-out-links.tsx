import type { ComponentProps, ReactNode } from 'react';
import Link from 'next/link';
import { buttonVariants } from '@/components/ui/button';
import { clerkUrls } from '@/lib/clerk/urls';
import { PageLink } from './page-link';

interface SignedOutLinksProps {
  /** Whether the links load documents, because this one is without Clerk. */
  readonly loadsDocument?: boolean;
}

/** The header's links to sign-in and sign-up. They do not need Clerk. */
export function SignedOutLinks({ loadsDocument = false }: SignedOutLinksProps): ReactNode {
  if (!loadsDocument) {
    return (
      <>
        <PageLink href={clerkUrls.signInUrl}>Sign in</PageLink>
        <Link href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'sm' })}>
          Create account
        </Link>
      </>
    );
  }
  return (
    <>
      <DocumentLink
        href={clerkUrls.signInUrl}
        className={buttonVariants({ variant: 'ghost', size: 'sm' })}
      >
        Sign in
      </DocumentLink>
      <DocumentLink href={clerkUrls.signUpUrl} className={buttonVariants({ size: 'sm' })}>
        Create account
      </DocumentLink>
    </>
  );
}

/** A link that always loads a document, even from a page that has Clerk. */
export function DocumentLink({ children, ...props }: ComponentProps<'a'>): ReactNode {
  return <a {...props}>{children}</a>;
}
