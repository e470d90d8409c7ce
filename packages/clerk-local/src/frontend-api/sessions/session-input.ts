import { z } from 'zod';

/** Nobody is in an organization here: only the personal account can be chosen. */
const noOrganization = z.literal(['', 'null']).nullish();

/** What `touch` takes. */
export const touchSchema = z.object({
  active_organization_id: noOrganization,
  intent: z.string().nullish(),
});

/** What `tokens` takes. */
export const createTokenSchema = z.object({ organization_id: noOrganization });
