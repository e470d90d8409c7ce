import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children: ReactNode;
}

/** Explains why the area is empty, and what will appear here. */
export function EmptyState({ icon: Icon, title, children }: EmptyStateProps): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-10 text-center">
      <Icon aria-hidden className="text-muted-foreground size-6" />
      <p className="font-medium">{title}</p>
      <p className="text-muted-foreground max-w-sm text-sm text-pretty">{children}</p>
    </div>
  );
}
