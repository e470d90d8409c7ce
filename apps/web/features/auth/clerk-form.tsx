'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { useClerk } from '@clerk/nextjs';
import { usePathname } from 'next/navigation';
import { AfterHydration } from '@/components/after-hydration';
import { Centered } from '@/components/layout/centered';
import { Skeleton } from '@/components/ui/skeleton';
import { ClerkBoundary } from './clerk-boundary';

/** The steps of Clerk's forms that continue an attempt to sign in or sign up. */
const stepsOfAnAttempt = new Set([
  'client-trust',
  'continue',
  'factor-one',
  'factor-two',
  'protect-check',
  'reset-password',
  'reset-password-success',
  'verify-email-address',
  'verify-phone-number',
]);

function isStepOfAnAttempt(pathname: string): boolean {
  const steps = pathname.split('/');
  // A session's task has steps of the same names, and no attempt.
  return !steps.includes('tasks') && stepsOfAnAttempt.has(steps.at(-1) ?? '');
}

interface ClerkFormProps {
  /** The path of the form's first step. */
  readonly path: string;
  /** The title of the message if Clerk cannot be loaded. */
  readonly failure: string;
  readonly children: ReactNode;
}

/** The page of one of Clerk's forms. */
export function ClerkForm({ path, failure, children }: ClerkFormProps): ReactNode {
  const pathname = usePathname();
  const [opensAtStep] = useState(() => isStepOfAnAttempt(pathname));
  return (
    <Centered>
      <ClerkBoundary title={failure}>
        <AfterHydration fallback={<FormSkeleton />}>
          {opensAtStep ? <LaterStep path={path}>{children}</LaterStep> : children}
        </AfterHydration>
      </ClerkBoundary>
    </Centered>
  );
}

interface LaterStepProps {
  readonly path: string;
  readonly children: ReactNode;
}

/**
 * Loads the first step instead if there is no attempt to continue. Clerk would as well, but its
 * navigations cancel each other if the user is signed in, and the page would stay blank.
 */
function LaterStep(props: LaterStepProps): ReactNode {
  const { status } = useClerk();
  const isLoaded = status === 'ready' || status === 'degraded';
  return isLoaded ? <LoadedStep {...props} /> : <FormSkeleton />;
}

function LoadedStep({ path, children }: LaterStepProps): ReactNode {
  const { client } = useClerk();
  // Only at first: when the attempt is complete, Clerk itself leaves the form.
  const [continues] = useState(() => isOngoing(client.signIn) || isOngoing(client.signUp));
  useEffect(() => {
    if (!continues) window.location.replace(path + window.location.search);
  }, [continues, path]);
  return continues ? children : <FormSkeleton />;
}

function isOngoing({ status }: { readonly status: string | null }): boolean {
  return status !== null && status !== 'complete' && status !== 'abandoned';
}

/** Placeholder for Clerk's forms while its scripts load. */
export function FormSkeleton(): ReactNode {
  return (
    <div role="status" className="flex w-full max-w-100 flex-col gap-5 rounded-xl border p-8">
      <span className="sr-only">Loading …</span>
      <Skeleton className="mx-auto h-6 w-48" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
    </div>
  );
}
