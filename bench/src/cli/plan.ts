import { join } from 'node:path';
import { z } from 'zod';
import { scenarios } from '../scenarios/all.js';
import type { Scenario, Thoroughness } from '../scenarios/scenario.js';
import { steadyVariants, type Variant } from '../scenarios/variants.js';

const list = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .optional();

/** The command-line options, unparsed. */
export const benchOptions = z.object({
  quick: z.boolean(),
  only: list,
  variants: list,
  rounds: z.coerce
    .number('not a number')
    .int('not a whole number')
    .min(1, 'under 1')
    .max(100, 'over 100')
    .optional(),
  seconds: z.coerce.number('not a number').positive('not positive').max(20, 'over 20').optional(),
  out: z.string().optional(),
  node: z.array(z.string()).optional(),
});
export type BenchOptions = z.infer<typeof benchOptions>;

/** The scenarios to run. */
export interface Plan extends Thoroughness {
  readonly scenarios: readonly Scenario[];
  readonly variants: readonly Variant[];
  readonly nodes: readonly string[];
  readonly out: string;
}

/** @throws Error listing the valid names, for an unknown one */
export function toPlan(root: string, options: BenchOptions): Plan {
  const { quick, rounds, seconds, variants } = options;
  const isWhole = !quick && rounds === undefined && seconds === undefined && variants === undefined;
  return {
    quick,
    rounds: rounds ?? (quick ? 1 : 5),
    measureMs: (seconds ?? (quick ? 0.3 : 3)) * 1000,
    warmUpMs: quick ? 200 : 1_500,
    users: quick ? 100 : 1_000,
    scenarios: chosen('scenario', scenarios, options.only),
    nodes: options.node ?? [],
    variants: chosen('variant', steadyVariants, variants),
    out: options.out ?? join(root, isWhole ? 'bench/results' : '.local/bench'),
  };
}

function chosen<T extends { readonly id: string }>(
  kind: string,
  all: readonly T[],
  ids: readonly string[] | undefined,
): readonly T[] {
  if (ids === undefined) return all;
  const unknown = ids.find((id) => !all.some((each) => each.id === id));
  if (unknown !== undefined) {
    const known = all.map(({ id }) => id).join(', ');
    throw new Error(`There is no ${kind} ${unknown}. There are: ${known}.`);
  }
  return all.filter(({ id }) => ids.includes(id));
}
