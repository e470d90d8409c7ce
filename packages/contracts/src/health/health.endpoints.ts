import { z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.js';

export const healthResponse = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export type HealthResponse = z.infer<typeof healthResponse>;

/** The process runs. */
export const getLiveness = defineEndpoint({
  method: 'GET',
  path: '/health/live',
  response: healthResponse,
});

/** The process can serve: its database answers. */
export const getReadiness = defineEndpoint({
  method: 'GET',
  path: '/health/ready',
  response: healthResponse,
});
