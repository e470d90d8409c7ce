import type { ComponentProps, ReactNode } from 'react';
import { cn } from '@/lib/cn';

export function Card({ className, ...props }: ComponentProps<'section'>): ReactNode {
  return (
    <section
      className={cn(
        'bg-card text-card-foreground flex min-w-0 flex-col gap-6 rounded-xl border p-5 shadow-card sm:p-7',
        className,
      )}
      {...props}
    />
  );
}

export function CardHeader({ className, ...props }: ComponentProps<'div'>): ReactNode {
  return <div className={cn('flex flex-col gap-1.5', className)} {...props} />;
}

export function CardTitle({ className, children, ...props }: ComponentProps<'h2'>): ReactNode {
  return (
    <h2 className={cn('text-lg leading-snug font-semibold tracking-tight', className)} {...props}>
      {children}
    </h2>
  );
}

export function CardDescription({ className, ...props }: ComponentProps<'p'>): ReactNode {
  return <p className={cn('text-muted-foreground text-sm', className)} {...props} />;
}

export function CardContent({ className, ...props }: ComponentProps<'div'>): ReactNode {
  return <div className={cn('min-w-0', className)} {...props} />;
}
