import { z } from 'zod';
import { completedSignUpSchema } from './attempt-records.js';
import { instanceKeysSchema } from './instance-keys.js';
import { membershipRecordSchema, organizationRecordSchema } from './organization-records.js';
import { clientRecordSchema, sessionRecordSchema } from './session-records.js';
import { settingsSchema } from './settings.js';
import { userRecordSchema } from './user-records.js';
import { webhookMessageSchema } from './webhook-records.js';

/** An object without a specific schema, in the form in which the Backend API returns it. */
const objectRecordSchema = z.looseObject({
  id: z.string(),
  /** The kind, such as `redirect_url`. */
  object: z.string(),
});
export type ObjectRecord = z.infer<typeof objectRecordSchema>;

/** The content of the state file: everything that survives a restart. */
export const stateSchema = z.object({
  version: z.literal(1),
  /** The URL of the last start, from which commands find the instance; `null` before the first. */
  url: z.string().nullable(),
  keys: instanceKeysSchema,
  /** PKCS #8. */
  signingKey: z.string(),
  users: z.array(userRecordSchema),
  sessions: z.array(sessionRecordSchema),
  /** Missing in files that were written before browsers were stored. */
  clients: z.array(clientRecordSchema).default([]),
  completedSignUps: z.array(completedSignUpSchema).default([]),
  organizations: z.array(organizationRecordSchema).default([]),
  memberships: z.array(membershipRecordSchema).default([]),
  objects: z.array(objectRecordSchema).default([]),
  settings: settingsSchema.default(settingsSchema.parse({})),
  /** How many ids were created of each kind, if ids are reproducible. */
  ids: z.record(z.string(), z.number()).default({}),
  /** Pending webhooks, oldest first. */
  webhooks: z.array(webhookMessageSchema),
});
export type State = z.infer<typeof stateSchema>;
