import type { ReactNode } from 'react';
import { SignIn } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { AfterHydration } from '@/components/after-hydration';
import { Centered } from '@/components/layout/centered';
import { ClerkUnavailable } from '@/features/auth/clerk-unavailable';
import { FormSkeleton } from '@/features/auth/form-skeleton';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignInPage(): ReactNode {
  return (
    <Centered>
      <AfterHydration fallback={<FormSkeleton />}>
        <SignIn fallback={<FormSkeleton />} />
        <ClerkUnavailable />
      </AfterHydration>
    </Centered>
  );
}
