import type { ReactNode } from 'react';
import { SignUp } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { AfterHydration } from '@/components/after-hydration';
import { Centered } from '@/components/layout/centered';
import { ClerkUnavailable } from '@/features/auth/clerk-unavailable';
import { FormSkeleton } from '@/features/auth/form-skeleton';

export const metadata: Metadata = { title: 'Create account' };

export default function SignUpPage(): ReactNode {
  return (
    <Centered>
      <AfterHydration fallback={<FormSkeleton />}>
        <SignUp fallback={<FormSkeleton />} />
        <ClerkUnavailable />
      </AfterHydration>
    </Centered>
  );
}
