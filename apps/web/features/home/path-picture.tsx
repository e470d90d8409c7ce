import { useId, type ReactNode } from 'react';

interface Step {
  readonly title: string;
  readonly lines: readonly [string, string];
}

const steps: readonly Step[] = [
  { title: 'Sign-in', lines: ['A person signs in', 'with Clerk'] },
  { title: 'Session token', lines: ['signed by Clerk,', 'lasts one minute'] },
  { title: 'Your API', lines: ['checks the token', 'with every request'] },
  { title: 'Your row', lines: ['created or updated', 'in the same request'] },
];

const description =
  'The path of a request: a person signs in with Clerk, gets a session token that lasts one minute, your API checks it with every request, and the row in your database is created or updated in that same request. Webhooks from Clerk bring later changes.';

const box = { width: 196, height: 108 };

/** The path from sign-in to row. It is drawn once; with reduced motion, it appears at once. */
export function PathPicture(): ReactNode {
  return (
    <>
      <div className="hidden lg:block">
        <Picture width={1040} height={232} position={(step) => [step * 281, 8]} />
      </div>
      <div className="mx-auto max-w-75 lg:hidden">
        <Picture width={300} height={612} position={(step) => [52, step * 150 + 4]} isTall />
      </div>
    </>
  );
}

interface PictureProps {
  readonly width: number;
  readonly height: number;
  /** @returns the top left corner of a step */
  readonly position: (step: number) => readonly [x: number, y: number];
  readonly isTall?: boolean;
}

function Picture({ width, height, position, isTall = false }: PictureProps): ReactNode {
  const [rowX, rowY] = position(3);
  const [signInX, signInY] = position(0);
  return (
    <svg
      role="img"
      aria-label={description}
      viewBox={`0 0 ${width} ${height}`}
      className="block w-full overflow-visible"
    >
      {steps.slice(1).map((step, index) => {
        const [fromX, fromY] = position(index);
        const [toX, toY] = position(index + 1);
        const path = isTall
          ? `M${fromX + box.width / 2} ${fromY + box.height} V${toY - 7}`
          : `M${fromX + box.width} ${fromY + box.height / 2} H${toX - 7}`;
        return <Arrow key={step.title} path={path} delayMs={200 + index * 450} />;
      })}
      <Arrow
        path={
          isTall
            ? `M${signInX} ${signInY + box.height / 2} H14 V${rowY + box.height / 2} H${rowX - 7}`
            : `M${signInX + box.width / 2} ${signInY + box.height} V196 H${rowX + box.width / 2} V${rowY + box.height + 7}`
        }
        delayMs={1_600}
        isSecondary
      />
      {steps.map((step, index) => (
        <Box key={step.title} step={step} at={position(index)} isLast={index === 3} />
      ))}
      {isTall ? (
        <Label x={150} y={height - 14}>
          Later changes: by webhook
        </Label>
      ) : (
        <Label x={520} y={221}>
          Later changes: by webhook, or repaired by the next request
        </Label>
      )}
    </svg>
  );
}

interface ArrowProps {
  readonly path: string;
  readonly delayMs: number;
  readonly isSecondary?: boolean;
}

/** A line's animation decelerates, so the line is almost complete long before it ends. */
const arrivalOfLine = 'var(--duration-slow)';

function Arrow({ path, delayMs, isSecondary = false }: ArrowProps): ReactNode {
  const id = useId();
  return (
    <>
      <marker
        id={id}
        viewBox="0 0 8 8"
        refX="2"
        refY="4"
        markerWidth="4.5"
        markerHeight="4.5"
        orient="auto"
      >
        <path
          d="M0 0 8 4 0 8z"
          className={`motion-safe:animate-arrowhead ${isSecondary ? 'fill-muted-foreground' : 'fill-primary'}`}
          style={{ animationDelay: `calc(${delayMs}ms + ${arrivalOfLine})` }}
        />
      </marker>
      <path
        d={path}
        fill="none"
        strokeWidth="2"
        strokeLinejoin="round"
        pathLength="1"
        strokeDasharray="1"
        markerEnd={`url(#${id})`}
        className={`motion-safe:animate-draw ${isSecondary ? 'stroke-muted-foreground/60' : 'stroke-primary'}`}
        style={{ animationDelay: `${delayMs}ms` }}
      />
    </>
  );
}

interface BoxProps {
  readonly step: Step;
  readonly at: readonly [x: number, y: number];
  readonly isLast: boolean;
}

function Box({ step, at: [x, y], isLast }: BoxProps): ReactNode {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect
        width={box.width}
        height={box.height}
        rx="14"
        strokeWidth="1.5"
        className={isLast ? 'fill-accent stroke-primary' : 'fill-card stroke-border'}
      />
      <text
        x={box.width / 2}
        y="38"
        textAnchor="middle"
        className="fill-foreground text-[17px] font-semibold"
      >
        {step.title}
      </text>
      {step.lines.map((line, index) => (
        <text
          key={line}
          x={box.width / 2}
          y={64 + index * 20}
          textAnchor="middle"
          className={`text-[14px] ${isLast ? 'fill-accent-foreground' : 'fill-muted-foreground'}`}
        >
          {line}
        </text>
      ))}
    </g>
  );
}

interface LabelProps {
  readonly x: number;
  readonly y: number;
  readonly children: string;
}

function Label({ x, y, children }: LabelProps): ReactNode {
  return (
    <text x={x} y={y} textAnchor="middle" className="fill-muted-foreground text-[14px]">
      {children}
    </text>
  );
}
