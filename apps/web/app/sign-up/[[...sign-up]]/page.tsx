import type { ReactNode } from 'react';
import { SignUp } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { AfterHydration } from '@/components/after-hydration';
import { Centered } from '@/components/layout/centered';
import { ClerkBoundary } from '@/features/auth/clerk-boundary';
import { FormSkeleton } from '@/features/auth/form-skeleton';

export const metadata: Metadata = { title: 'Create account' };

export default function SignUpPage(): ReactNode {
  return (
    <Centered>
      <ClerkBoundary title="Sign-up cannot be loaded">
        <AfterHydration fallback={<FormSkeleton />}>
          <SignUp fallback={<FormSkeleton />} />
        </AfterHydration>
      </ClerkBoundary>
    </Centered>
  );
}
