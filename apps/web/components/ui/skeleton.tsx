import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

export function Skeleton({ className, ...props }: ComponentProps<'div'>): ReactNode {
  return (
    <div
      aria-hidden
      className={cn('bg-muted rounded-md motion-safe:animate-pulse', className)}
      {...props}
    />
  );
}
