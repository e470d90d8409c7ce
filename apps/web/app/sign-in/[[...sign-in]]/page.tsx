import type { ReactNode } from 'react';
import { SignIn } from '@clerk/nextjs';
import type { Metadata } from 'next';
import { ClerkForm, FormSkeleton } from '@/features/auth/clerk-form';
import { clerkUrls } from '@/lib/clerk/urls';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignInPage(): ReactNode {
  return (
    <ClerkForm path={clerkUrls.signInUrl} failure="Sign-in cannot be loaded">
      <SignIn fallback={<FormSkeleton />} />
    </ClerkForm>
  );
}
