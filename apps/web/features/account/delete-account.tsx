'use client';

import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useClerk, useReverification, useUser } from '@clerk/nextjs';
import { isClerkAPIResponseError, isReverificationCancelledError } from '@clerk/nextjs/errors';
import { TriangleAlert } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Skeleton } from '@/components/ui/skeleton';
import { ClerkPlaceholder } from '@/features/auth/clerk-boundary';
import { clerkUrls } from '@/lib/clerk/urls';
import { accountDeleted } from '@/lib/session-end';
import { toasts } from '@/lib/toasts';

/**
 * Deletes the account at Clerk after a confirmation.
 *
 * @param props.userId the Clerk id of the page's user
 */
export function DeleteAccount({ userId }: { readonly userId: string }): ReactNode {
  const { user } = useUser();
  const { isDeleting, failure, deleteAccount } = useDeletion();
  const [isOpen, setIsOpen] = useState(false);
  if (user?.id !== userId) {
    return (
      <ClerkPlaceholder>
        <Skeleton className="h-10 w-40" />
      </ClerkPlaceholder>
    );
  }
  if (!user.deleteSelfEnabled) {
    return (
      <p className="text-muted-foreground text-sm">
        Only an administrator can delete your account. Contact the administrator of this
        application.
      </p>
    );
  }
  const close = (): void => {
    setIsOpen(false);
  };
  return (
    <>
      {failure !== undefined && (
        <Alert variant="destructive">
          <TriangleAlert aria-hidden />
          <AlertTitle>Your account was not deleted</AlertTitle>
          <AlertDescription>{failure}</AlertDescription>
        </Alert>
      )}
      <Button
        variant="destructive"
        aria-disabled={isDeleting}
        onClick={() => {
          if (!isDeleting) setIsOpen(true);
        }}
      >
        {isDeleting ? 'Deleting …' : 'Delete account …'}
      </Button>
      <Dialog title="Delete your account?" isOpen={isOpen} onClose={close}>
        <Confirmation
          word={user.primaryEmailAddress?.emailAddress ?? 'delete'}
          onCancel={close}
          onConfirm={() => {
            // Clerk's dialog, in which users prove their identity again, would be inert behind this one.
            close();
            void deleteAccount();
          }}
        />
      </Dialog>
    </>
  );
}

interface Deletion {
  readonly isDeleting: boolean;
  /** Why the account was not deleted; undefined if the user cancelled the deletion. */
  readonly failure: string | undefined;
  readonly deleteAccount: () => Promise<void>;
}

function useDeletion(): Deletion {
  const clerk = useClerk();
  // Clerk may ask the user to prove their identity again first.
  const deleteUser = useReverification(async () => clerk.user?.delete());
  const [isDeleting, setIsDeleting] = useState(false);
  const [failure, setFailure] = useState<string>();

  const deleteAccount = async (): Promise<void> => {
    setIsDeleting(true);
    setFailure(undefined);
    try {
      await deleteUser();
      toasts.show(accountDeleted, 'success');
      await clerk.setActive({ session: null, redirectUrl: clerkUrls.afterSignOutUrl });
    } catch (error) {
      setFailure(describeDeletionFailure(error));
      setIsDeleting(false);
    }
  };
  return { isDeleting, failure, deleteAccount };
}

interface ConfirmationProps {
  /** The text that the user types to confirm. */
  readonly word: string;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function Confirmation({ word, onCancel, onConfirm }: ConfirmationProps): ReactNode {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState<string>();

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed.trim().toLowerCase() === word.toLowerCase()) onConfirm();
    else setWrong(`Type ${word}`);
  };
  return (
    <form onSubmit={submit} noValidate className="mt-4 flex flex-col gap-5">
      <p className="text-muted-foreground text-sm text-pretty">
        This cannot be undone. You cannot sign in again, and your data here is erased.
      </p>
      <Field
        label={`To confirm, type ${word}`}
        value={typed}
        error={wrong}
        onChange={({ target }) => {
          setTyped(target.value);
          setWrong(undefined);
        }}
      />
      <div className="flex flex-wrap justify-end gap-3">
        <Button variant="outline" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="destructive">
          Delete account
        </Button>
      </div>
    </form>
  );
}

function describeDeletionFailure(error: unknown): string | undefined {
  if (isReverificationCancelledError(error)) return undefined;
  const message = isClerkAPIResponseError(error) ? error.errors[0]?.longMessage : undefined;
  return message ?? 'Clerk cannot be reached. Nothing has changed; try again in a moment.';
}
