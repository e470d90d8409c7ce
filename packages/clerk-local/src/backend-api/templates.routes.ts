import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { exampleData, type Channel } from '../domain/messages/template-catalogue.js';
import { variablesOf, type Template } from '../domain/messages/templates.js';
import type { Services } from '../domain/services/services.js';
import { flag, parseParameters } from '../domain/shared/parameters.js';
import { parseBody, parseListQuery, requestedPageOf } from '../http/request.js';

const emailNames = {
  from_email_name: z.string().optional(),
  reply_to_email_name: z.string().optional(),
};
const changeSchema = z.strictObject({
  ...emailNames,
  name: z.string().min(1).optional(),
  subject: z.string().nullish(),
  markup: z.string().nullish(),
  body: z.string().min(1).optional(),
  delivered_by_clerk: flag.nullish(),
});
const previewSchema = z.strictObject({
  ...emailNames,
  subject: z.string().nullish(),
  body: z.string().optional(),
});
const deliverySchema = z.strictObject({ delivered_by_clerk: flag });

const channelSchema = z.object({ template_type: z.enum(['email', 'sms']) });

/** `/v1/templates`: what emails and text messages say, and whether Clerk delivers them. */
export function templatesRoutes({
  templates,
  instanceId,
}: Pick<Services, 'templates' | 'instanceId'>): Hono {
  const routes = new Hono();
  const present = (template: Template): object => toTemplate(template, instanceId);
  routes.get('/:id', (context) => {
    parseListQuery(context, {});
    const all = templates.list(channelOf(context)).map(present);
    return context.json(requestedPageOf(context, all));
  });
  routes.get('/:id/:slug', (context) => {
    return context.json(present(templates.get(channelOf(context), context.req.param('slug'))));
  });
  routes.put('/:id/:slug', async (context) => {
    const fields = await parseBody(context, changeSchema);
    const changed = await templates.change(channelOf(context), context.req.param('slug'), {
      name: fields.name,
      subject: fields.subject,
      markup: fields.markup,
      body: fields.body,
      deliveredByClerk: fields.delivered_by_clerk,
      fromEmailName: fields.from_email_name,
      replyToEmailName: fields.reply_to_email_name,
    });
    return context.json(present(changed));
  });
  routes.post('/:id/:slug/revert', async (context) => {
    return context.json(
      present(await templates.revert(channelOf(context), context.req.param('slug'))),
    );
  });
  routes.post('/:id/:slug/toggle_delivery', async (context) => {
    const { delivered_by_clerk } = await parseBody(context, deliverySchema);
    const slug = context.req.param('slug');
    const changed = await templates.change(channelOf(context), slug, {
      deliveredByClerk: delivered_by_clerk,
    });
    return context.json(present(changed));
  });
  routes.post('/:id/:slug/preview', async (context) => {
    const fields = await parseBody(context, previewSchema);
    const template = templates.get(channelOf(context), context.req.param('slug'));
    const { subject, body } = templates.preview({
      ...template,
      subject: fields.subject ?? template.subject,
      body: fields.body ?? template.body,
    });
    return context.json({
      subject,
      body,
      from_email_name: fields.from_email_name ?? template.fromEmailName,
      reply_to_email_name: fields.reply_to_email_name ?? template.replyToEmailName,
    });
  });
  return routes;
}

/** The first parameter of a path has the name `id` in all routes. */
function channelOf(context: Context): Channel {
  return parseParameters(channelSchema, { template_type: context.req.param('id') }).template_type;
}

function toTemplate(template: Template, instanceId: string): object {
  const { channel, slug, change } = template;
  return {
    object: 'template',
    id: `tmpl_${channel}_${slug}`,
    instance_id: change === undefined ? null : instanceId,
    resource_type: change === undefined ? 'system' : 'user',
    template_type: channel,
    name: template.name,
    slug,
    can_revert: change !== undefined,
    can_delete: false,
    can_edit_body: true,
    can_toggle: false,
    subject: template.subject,
    markup: change?.markup ?? '',
    body: template.body,
    available_variables: [...new Set([...variablesIn(exampleData), ...variablesOf(template.body)])],
    required_variables: template.required,
    from_email_name: template.fromEmailName,
    reply_to_email_name: template.replyToEmailName ?? '',
    delivered_by_clerk: template.deliveredByClerk,
    enabled: true,
    flagged_as_suspicious: false,
    created_at: change?.createdAt ?? 0,
    updated_at: change?.updatedAt ?? 0,
  };
}

/** Returns the paths of an object's values, such as `app.name`. */
function variablesIn(data: object, prefix = ''): string[] {
  return Object.entries(data).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? variablesIn(value, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}
