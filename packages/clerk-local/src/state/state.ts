import { z } from 'zod';
import { clientRecordSchema } from '../clients/client-record.js';
import { instanceKeysSchema } from '../instance/instance-keys.js';
import { sessionRecordSchema } from '../sessions/session-record.js';
import { userRecordSchema } from '../users/user-record.js';
import { webhookMessageSchema } from '../webhooks/message.js';

/** The state file: all that survives a restart. */
export const stateSchema = z.object({
  version: z.literal(1),
  /** Where the instance answered when it last started; how commands find it. */
  url: z.string().nullable(),
  keys: instanceKeysSchema,
  /** PKCS #8. */
  signingKey: z.string(),
  users: z.array(userRecordSchema),
  sessions: z.array(sessionRecordSchema),
  /** Empty where the file is older than they are. */
  clients: z.array(clientRecordSchema).default([]),
  /** Not delivered yet, oldest first. */
  webhooks: z.array(webhookMessageSchema),
});
export type State = z.infer<typeof stateSchema>;
