'use client';

import type { ReactNode } from 'react';
import { RotateCw, TriangleAlert } from 'lucide-react';
import { Alert, AlertDescription, AlertTitle } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { describeFailure } from './describe-failure';

interface FailureAlertProps {
  readonly error: Error;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
}

/** Says what failed and offers to try again. */
export function FailureAlert({ error, isRetrying, onRetry }: FailureAlertProps): ReactNode {
  const { title, detail, issues = [], requestId, canRetry } = describeFailure(error);
  return (
    <Alert variant="destructive" data-testid="failure">
      <TriangleAlert aria-hidden />
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
        {requestId !== undefined && (
          <p>
            Request <code className="font-mono text-xs break-all">{requestId}</code>
          </p>
        )}
        {canRetry && (
          <Button variant="outline" size="sm" onClick={onRetry} disabled={isRetrying}>
            <RotateCw aria-hidden className={isRetrying ? 'motion-safe:animate-spin' : ''} />
            {isRetrying ? 'Trying again …' : 'Try again'}
          </Button>
        )}
      </AlertDescription>
    </Alert>
  );
}
