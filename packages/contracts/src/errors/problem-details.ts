import { z } from 'zod';

/** One thing that was wrong with the input. */
export const validationIssue = z.object({
  path: z.array(z.union([z.string(), z.number()])).describe('Where in the input, outermost first.'),
  message: z.string(),
});

export type ValidationIssue = z.infer<typeof validationIssue>;

/** An error answer, `application/problem+json` (RFC 9457), with this API's extension members. */
export const problemDetails = z
  .object({
    type: z.string().describe('A URI that names the kind of problem.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string().describe('Stable, for programs. Clients tolerate codes they do not know.'),
    requestId: z.string().describe('The answer’s X-Request-Id; it finds the request in the logs.'),
    issues: z.array(validationIssue).optional().describe('Only for validation_failed.'),
  })
  .meta({ id: 'Problem' });

export type ProblemDetails = z.infer<typeof problemDetails>;
