import { z } from 'zod';

/** A promised figure and the measured result. */
const goal = z.object({
  what: z.string(),
  goal: z.string(),
  measured: z.string(),
  met: z.boolean(),
});
export type Goal = z.infer<typeof goal>;

const table = z.object({
  columns: z.array(z.string()),
  /** The first cell is text, the others are figures. */
  rows: z.array(z.array(z.string())),
});
export type Table = z.infer<typeof table>;

/** The result of one scenario, ready to be shown. */
export const section = z.object({
  id: z.string(),
  title: z.string(),
  /** A description of the measurement, in Markdown. */
  notes: z.array(z.string()),
  goals: z.array(goal),
  tables: z.array(table),
  charts: z.array(z.object({ file: z.string(), title: z.string() })),
  /** The day. */
  when: z.string(),
  machine: z.string(),
  /** Nanoseconds per random read of memory, measured after the scenario. Older results have none. */
  memoryLatency: z.number().optional(),
});
export type StoredSection = z.infer<typeof section>;

/** A plot. */
export interface Chart {
  /** Without its folder. */
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly goals: readonly Goal[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
}

/** @param value the figure @param limit its lower or upper bound */
export function toGoal(
  what: string,
  value: number,
  limit: { readonly atLeast: number } | { readonly atMost: number },
  show: (value: number) => string,
): Goal {
  const [bound, met, sign] =
    'atLeast' in limit
      ? [limit.atLeast, value >= limit.atLeast, '≥']
      : [limit.atMost, value <= limit.atMost, '≤'];
  return { what, goal: `${sign} ${show(bound)}`, measured: show(value), met };
}
