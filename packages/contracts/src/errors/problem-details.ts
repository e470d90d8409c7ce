import { array, int, object, string, type z } from 'zod';
import { validationIssue } from './validation-issue.js';

/** An error response, `application/problem+json` (RFC 9457), with this API's extension members. */
export const problemDetails = object({
  type: string().describe('A URI that names the kind of problem.'),
  title: string(),
  status: int().min(400).max(599),
  detail: string(),
  code: string().describe('Stable, for programs. Clients must tolerate unknown codes.'),
  requestId: string().describe('The response’s X-Request-Id, to find the request in the logs.'),
  issues: array(validationIssue).optional().describe('Only for validation_failed.'),
}).meta({ id: 'Problem' });

export type ProblemDetails = z.infer<typeof problemDetails>;
