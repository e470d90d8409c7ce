'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { cn } from '@/lib/cn';
import { buttonVariants } from './button';

const SHOWN_FOR_MS = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for screen readers: “Copy the command”. */
  readonly label: string;
  readonly className?: string;
}

/** Copies a text and confirms it, also to screen readers. */
export function CopyButton({ text, label, className }: CopyButtonProps): ReactNode {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => {
      setState('idle');
    }, SHOWN_FOR_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <button
        type="button"
        aria-label={label}
        title={label}
        className={cn(buttonVariants({ variant: 'ghost', size: 'iconSm' }), className)}
        onClick={() => {
          void copy();
        }}
      >
        {state === 'copied' ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
      </button>
      <span role="status" className="sr-only">
        {state === 'copied' && 'Copied'}
        {state === 'failed' && 'The browser did not allow copying. Select the text instead.'}
      </span>
    </>
  );
}
