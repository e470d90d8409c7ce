import { z } from 'zod';

/** The measurements of one fault: a row of the table that the suite prints at its end. */
export const faultLine = z.object({
  fault: z.string(),
  /** The responses to clients during the fault, most frequent first. */
  seen: z.string(),
  /** Null if another sender measured the requests. */
  slowestMs: z.number().nullable(),
  /** The time from the end of the fault to the first correct response. */
  recoveredMs: z.number(),
});
export type FaultLine = z.infer<typeof faultLine>;
