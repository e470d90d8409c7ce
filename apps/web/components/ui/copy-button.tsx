'use client';

import { useEffect, useState, type ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { cn } from '@/lib/cn';
import { toasts } from '@/lib/toasts';
import { buttonVariants } from './button';

const shownForMs = 2_000;

interface CopyButtonProps {
  readonly text: string;
  /** The button's name, such as “Copy the request id”. */
  readonly label: string;
  readonly className?: string;
}

/** Copies a text and confirms it, to screen readers as well. */
export function CopyButton({ text, label, className }: CopyButtonProps): ReactNode {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => {
      setIsCopied(false);
    }, shownForMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isCopied]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
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
        {isCopied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
      </button>
      <span role="status" className="sr-only">
        {isCopied && 'Copied'}
      </span>
    </>
  );
}
