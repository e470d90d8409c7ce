import { enum as oneOf, literal, object, string, type z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.js';

/** The response of a live process. `version` is the API's. */
export const healthResponse = object({ status: literal('ok'), version: string() }).meta({
  id: 'Health',
});

export type HealthResponse = z.infer<typeof healthResponse>;

/** The response of a process that serves all users, or known ones only. */
export const readinessResponse = object({
  status: oneOf(['ok', 'degraded']),
  reason: string().optional().describe('The problem; present only if degraded.'),
}).meta({ id: 'Readiness' });

export type ReadinessResponse = z.infer<typeof readinessResponse>;

/** Liveness: the process is running. */
export const getLiveness = defineEndpoint({
  method: 'GET',
  path: '/health/live',
  response: healthResponse,
});

/**
 * Readiness: whether the process can serve requests. `degraded`: it serves only known users. It
 * responds 503 with the reason while it can serve no user.
 */
export const getReadiness = defineEndpoint({
  method: 'GET',
  path: '/health/ready',
  response: readinessResponse,
});
