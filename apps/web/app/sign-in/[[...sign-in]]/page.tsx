import type { ReactNode } from 'react';
import { SignIn } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { AfterHydration } from '@/components/after-hydration';
import { Centered } from '@/components/layout/centered';
import { ClerkBoundary } from '@/features/auth/clerk-boundary';
import { FormSkeleton } from '@/features/auth/form-skeleton';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignInPage(): ReactNode {
  return (
    <Centered>
      <ClerkBoundary title="Sign-in cannot be loaded">
        <AfterHydration fallback={<FormSkeleton />}>
          <SignIn fallback={<FormSkeleton />} />
        </AfterHydration>
      </ClerkBoundary>
    </Centered>
  );
}
