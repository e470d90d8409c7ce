import { useId, type ComponentProps, type ReactNode } from 'react';
import { cn } from '@/lib/cn';

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: string | undefined;
  /** The error of the value; screen readers read it with the field. */
  readonly error?: string | undefined;
}

/** A text field with its label, and with a hint or an error below it. */
export function Field({ label, hint, error, className, ...props }: FieldProps): ReactNode {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={cn('flex min-w-0 flex-col gap-2', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className="bg-background border-muted-foreground/60 aria-invalid:border-destructive h-10 w-full min-w-0 rounded-md border px-3 text-base sm:text-sm"
        aria-invalid={error !== undefined}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        autoComplete="off"
        spellCheck={false}
        {...props}
      />
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={`text-sm ${error === undefined ? 'text-muted-foreground' : 'text-destructive'}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}
