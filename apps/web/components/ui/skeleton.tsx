import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

export function Skeleton({ className, ...props }: ComponentProps<'div'>): ReactNode {
  return (
    <div
      aria-hidden
      className={cn('skeleton bg-muted motion-safe:animate-pulse', className)}
      {...props}
    />
  );
}
