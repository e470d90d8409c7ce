import { z } from 'zod';

/** Commands to the load generator's process. */
export const loadCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('connect'),
    /** Ports of this machine over which the connections are spread. */
    ports: z.array(z.number()).min(1),
    connections: z.number().int().positive(),
    /** Whole requests, sent in turn. */
    requests: z.array(z.string()).min(1),
  }),
  z.object({
    kind: z.literal('run'),
    /** The run lasts until both limits are reached. */
    atLeastMs: z.number(),
    atLeastRequests: z.number(),
    /** Replaces the requests one by one, evenly over `everyMs` milliseconds. */
    renewal: z.object({ requests: z.array(z.string()), everyMs: z.number() }).optional(),
  }),
  z.object({ kind: z.literal('disconnect') }),
]);
export type LoadCommand = z.infer<typeof loadCommand>;

/** The result of a run. */
const loadResult = z.object({
  kind: z.literal('result'),
  requests: z.number(),
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
export type LoadResult = z.infer<typeof loadResult>;

/** The process's reply to each command. */
export const loadAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  loadResult,
  z.object({ kind: z.literal('failed'), reason: z.string() }),
]);
export type LoadAnswer = z.infer<typeof loadAnswer>;
