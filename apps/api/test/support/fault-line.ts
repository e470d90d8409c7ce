import { z } from 'zod';

/** What was measured of one fault; a line of the table that the suite prints at its end. */
export const faultLine = z.object({
  fault: z.string(),
  /** What clients saw while it lasted, the most frequent first. */
  seen: z.string(),
  /** Null if another sender measured the requests. */
  slowestMs: z.number().nullable(),
  /** From the end of the fault to the first right answer. */
  recoveredMs: z.number(),
});
export type FaultLine = z.infer<typeof faultLine>;
