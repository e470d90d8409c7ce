import { array, number, object, string, union, type z } from 'zod';

/**
 * One error in the input. In a separate module, because clients read issues, and a bundle keeps
 * every schema of an imported module.
 */
export const validationIssue = object({
  path: array(union([string(), number()])).describe(
    'Path to the invalid value in the input, outermost key first.',
  ),
  message: string(),
});

export type ValidationIssue = z.infer<typeof validationIssue>;
