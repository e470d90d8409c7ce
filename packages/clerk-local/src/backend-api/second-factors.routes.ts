import { Hono } from 'hono';
import { z } from 'zod';
import { incorrectCode } from '../domain/messages/codes.js';
import type { SecondFactors } from '../domain/users/second-factors.js';
import { parseBody } from '../http/request.js';

const codeSchema = z.strictObject({ code: z.string() });

/** The operations below `/v1/users` on authenticator apps and backup codes. */
export function secondFactorsRoutes(secondFactors: SecondFactors): Hono {
  const routes = new Hono();
  routes.post('/:id/verify_totp', async (context) => {
    const { code } = await parseBody(context, codeSchema);
    const code_type = await secondFactors.verify(context.req.param('id'), code);
    if (code_type === undefined) throw incorrectCode();
    return context.json({ verified: true, code_type });
  });
  routes.delete('/:id/mfa', async (context) => {
    const { id: user_id } = await secondFactors.removeAll(context.req.param('id'));
    return context.json({ user_id });
  });
  routes.delete('/:id/totp', async (context) => {
    const { id: user_id } = await secondFactors.removeTotp(context.req.param('id'));
    return context.json({ user_id });
  });
  routes.delete('/:id/backup_code', async (context) => {
    const { id: user_id } = await secondFactors.removeBackupCodes(context.req.param('id'));
    return context.json({ user_id });
  });
  return routes;
}
