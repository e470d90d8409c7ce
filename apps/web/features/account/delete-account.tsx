'use client';

import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useClerk, useReverification, useUser } from '@clerk/nextjs';
import { isClerkAPIResponseError } from '@clerk/nextjs/errors';
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
  return (
    <>
      <Button
        variant="destructive"
        onClick={() => {
          setIsOpen(true);
        }}
      >
        Delete account …
      </Button>
      <Dialog
        title="Delete your account?"
        isOpen={isOpen}
        onClose={() => {
          setIsOpen(false);
        }}
      >
        <Confirmation
          word={user.primaryEmailAddress?.emailAddress ?? 'delete'}
          onCancel={() => {
            setIsOpen(false);
          }}
        />
      </Dialog>
    </>
  );
}

interface ConfirmationProps {
  /** The text that the user types to confirm. */
  readonly word: string;
  readonly onCancel: () => void;
}

function Confirmation({ word, onCancel }: ConfirmationProps): ReactNode {
  const clerk = useClerk();
  // Clerk may ask the user to prove their identity again first.
  const deleteUser = useReverification(async () => clerk.user?.delete());
  const [typed, setTyped] = useState('');
  const [isDeleting, setIsDeleting] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const [failure, setFailure] = useState<string>();

  const confirm = async (): Promise<void> => {
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
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isDeleting) return;
    const isRight = typed.trim().toLowerCase() === word.toLowerCase();
    setWrong(isRight ? undefined : `Type ${word}`);
    if (isRight) void confirm();
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
      {failure !== undefined && (
        <Alert variant="destructive">
          <TriangleAlert aria-hidden />
          <AlertTitle>Your account was not deleted</AlertTitle>
          <AlertDescription>{failure}</AlertDescription>
        </Alert>
      )}
      <div className="flex flex-wrap justify-end gap-3">
        <Button variant="outline" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="destructive" aria-disabled={isDeleting}>
          {isDeleting ? 'Deleting …' : 'Delete account'}
        </Button>
      </div>
    </form>
  );
}

function describeDeletionFailure(error: unknown): string {
  const message = isClerkAPIResponseError(error) ? error.errors[0]?.longMessage : undefined;
  return message ?? 'Clerk cannot be reached. Nothing has changed; try again in a moment.';
}
