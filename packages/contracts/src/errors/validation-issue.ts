import { z } from 'zod';

/**
 * One error in the input. In a separate module, because clients read issues, and a bundle keeps
 * every schema of an imported module.
 */
export const validationIssue = z.object({
  path: z
    .array(z.union([z.string(), z.number()]))
    .describe('Path to the invalid value in the input, outermost key first.'),
  message: z.string(),
});

export type ValidationIssue = z.infer<typeof validationIssue>;
