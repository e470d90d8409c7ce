'use client';

import type { ReactNode } from 'react';
import { RotateCw, TriangleAlert, WifiOff } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { useIsOnline } from '@/lib/use-is-online';
import { describeFailure, describeOffline } from './describe-failure';
import { RequestId } from './request-id';

interface FailureAlertProps {
  readonly error: Error;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
}

/**
 * Describes a failure and offers a retry. Pages also retry automatically, every few seconds. Meanwhile,
 * the button must not lose the focus, as a disabled one would, and the text must not change, because
 * screen readers would announce all of it again.
 */
export function FailureAlert({ error, isRetrying, onRetry }: FailureAlertProps): ReactNode {
  const isOnline = useIsOnline();
  const failure = isOnline ? describeFailure(error) : describeOffline();
  const { title, detail, issues = [], requestId, canRetry } = failure;
  return (
    <Alert variant="destructive" data-testid="failure">
      {isOnline ? <TriangleAlert aria-hidden /> : <WifiOff aria-hidden />}
      <AlertTitle>{title}</AlertTitle>
      <AlertDescription>
        <p>{detail}</p>
        {issues.length > 0 && (
          <ul className="list-disc pl-5">
            {issues.map((issue, index) => (
              <li key={index} className="break-words">
                {issue}
              </li>
            ))}
          </ul>
        )}
        {requestId !== undefined && <RequestId id={requestId} />}
        {canRetry && (
          <Button
            variant="outline"
            size="sm"
            className="aria-disabled:opacity-60"
            aria-disabled={isRetrying}
            onClick={isRetrying ? undefined : onRetry}
          >
            <RotateCw aria-hidden className={isRetrying ? 'motion-safe:animate-spin' : ''} />
            Try again
          </Button>
        )}
      </AlertDescription>
    </Alert>
  );
}
