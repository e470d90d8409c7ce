'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { cn } from '@/lib/cn';
import { toasts } from '@/lib/toasts';
import { buttonVariants } from './button';

const SHOWN_FOR_MS = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** The copied object, for screen readers: “Copy the command”. */
  readonly label: string;
  readonly className?: string;
}

/** Copies a text and confirms it, also to screen readers. */
export function CopyButton({ text, label, className }: CopyButtonProps): ReactNode {
  const [state, setState] = useState<'idle' | 'copied'>('idle');
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
      toasts.show('The browser did not allow copying. Select the text instead.', 'problem');
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
      </span>
    </>
  );
}
