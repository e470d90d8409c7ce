import type { ReactNode } from 'react';
import { SignUp } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { ClerkForm, FormSkeleton } from '@/features/auth/clerk-form';
import { clerkUrls } from '@/lib/clerk/urls';

export const metadata: Metadata = { title: 'Create account' };

export default function SignUpPage(): ReactNode {
  return (
    <ClerkForm path={clerkUrls.signUpUrl} failure="Sign-up cannot be loaded">
      <SignUp fallback={<FormSkeleton />} />
    </ClerkForm>
  );
}
