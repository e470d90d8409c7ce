import { z } from 'zod';
import { validationIssue } from './validation-issue.js';

/** An error response, `application/problem+json` (RFC 9457), with this API's extension members. */
export const problemDetails = z
  .object({
    type: z.string().describe('A URI that names the kind of problem.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string().describe('Stable, for programs. Clients must tolerate unknown codes.'),
    requestId: z.string().describe('The response’s X-Request-Id, to find the request in the logs.'),
    issues: z.array(validationIssue).optional().describe('Only for validation_failed.'),
  })
  .meta({ id: 'Problem' });

export type ProblemDetails = z.infer<typeof problemDetails>;
