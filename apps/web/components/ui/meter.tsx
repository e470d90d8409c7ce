import type { ReactNode } from 'react';

interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** The value in words, for screen readers. */
  readonly text: string;
}

/** A meter that shows the remaining amount. */
export function Meter({ label, value, max, text }: MeterProps): ReactNode {
  const share = max <= 0 ? 0 : Math.min(1, Math.max(0, value / max));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(max, Math.max(0, value))}
      aria-valuetext={text}
      className="bg-muted h-2 overflow-hidden rounded-full forced-colors:border"
    >
      <div
        className="bg-primary forced-colors:bg-[Highlight] h-full origin-left rounded-full transition-transform duration-1000 ease-linear motion-reduce:transition-none"
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}
