import { invalidParameter, resourceNotFound } from '../shared/clerk-api-error.js';
import type { Clock } from '../shared/ports.js';
import type { Store } from '../state/store.js';
import type { TemplateChange } from '../state/settings.js';
import {
  defaultTemplates,
  exampleData,
  type Channel,
  type DefaultTemplate,
} from './template-catalogue.js';

/** A template with its changes. */
export interface Template extends DefaultTemplate {
  /** The changes; missing for an unchanged template. */
  readonly change: TemplateChange | undefined;
  readonly deliveredByClerk: boolean;
  readonly fromEmailName: string;
  readonly replyToEmailName: string | null;
}

/** A template with its variables replaced. */
export interface RenderedMessage {
  /** Empty for text messages. */
  readonly subject: string;
  /** HTML for emails. */
  readonly body: string;
  /** Without tags. */
  readonly plain: string;
}

type Data = Readonly<Record<string, unknown>>;

/** The templates of emails and text messages. Changes are stored in the settings. */
export class Templates {
  constructor(
    private readonly store: Store,
    private readonly now: Clock,
    private readonly applicationName: string,
  ) {}

  /** Lists the templates of a channel. */
  list(channel: Channel): Template[] {
    return defaultTemplates
      .filter((each) => each.channel === channel)
      .map((each) => this.withChange(each));
  }

  /** @throws {ClerkApiError} 404 for a message that no instance sends */
  get(channel: Channel, slug: string): Template {
    const found = this.list(channel).find((each) => each.slug === slug);
    if (found) return found;
    throw resourceNotFound(`No ${channel} template was found with slug ${slug}`);
  }

  /**
   * Changes a template. Missing fields keep their value.
   *
   * @throws {ClerkApiError} 422 for a body without a required variable
   */
  async change(
    channel: Channel,
    slug: string,
    fields: Omit<TemplateChange, 'createdAt' | 'updatedAt'>,
  ): Promise<Template> {
    const { change, required } = this.get(channel, slug);
    const missing = required.find((name) => !variablesOf(fields.body ?? `{{${name}}}`).has(name));
    if (missing !== undefined) throw missingVariable(missing);
    const createdAt = change?.createdAt ?? this.now();
    const changed = { ...change, ...given(fields), createdAt, updatedAt: this.now() };
    return this.save(channel, slug, changed);
  }

  /** Discards the changes of a template. */
  revert(channel: Channel, slug: string): Promise<Template> {
    this.get(channel, slug);
    return this.save(channel, slug, undefined);
  }

  /** Replaces the variables of a template. Unknown variables become empty. */
  render({ channel, subject, body }: Template, data: Data): RenderedMessage {
    const all = { ...data, app: { name: this.applicationName } };
    const plain = interpolate(channel === 'email' ? withoutTags(body) : body, all);
    return {
      subject: interpolate(subject ?? '', all),
      body: channel === 'email' ? interpolate(body, all, escapeHtml) : plain,
      plain,
    };
  }

  /** Renders a template with example values. */
  preview(template: Template): RenderedMessage {
    return this.render(template, exampleData);
  }

  private withChange(template: DefaultTemplate): Template {
    const { settings } = this.store;
    const change = settings.templates[keyOf(template.channel, template.slug)];
    return {
      ...template,
      name: change?.name ?? template.name,
      subject: change?.subject ?? template.subject,
      body: change?.body ?? template.body,
      deliveredByClerk: change?.deliveredByClerk ?? true,
      fromEmailName: change?.fromEmailName ?? settings.fromEmailAddress,
      replyToEmailName: change?.replyToEmailName ?? null,
      change,
    };
  }

  private async save(
    channel: Channel,
    slug: string,
    change: TemplateChange | undefined,
  ): Promise<Template> {
    const { [keyOf(channel, slug)]: _old, ...others } = this.store.settings.templates;
    const templates = change === undefined ? others : { ...others, [keyOf(channel, slug)]: change };
    this.store.settings = { ...this.store.settings, templates };
    await this.store.commit();
    return this.get(channel, slug);
  }
}

/** Returns the variables of a text, such as `app.name` in `{{app.name}}`. */
export function variablesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(variable)].map(([, name = '']) => name));
}

const variable = /\{\{\s*([\w.]+)\s*\}\}/g;

function interpolate(
  text: string,
  data: Data,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(variable, (_all, name: string) => encode(valueAt(data, name.split('.'))));
}

function valueAt(data: Data, [name = '', ...rest]: readonly string[]): string {
  const value = Object.hasOwn(data, name) ? data[name] : '';
  if (rest.length > 0) return isData(value) ? valueAt(value, rest) : '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null;
}

function keyOf(channel: Channel, slug: string): string {
  return `${channel}/${slug}`;
}

/** Drops the fields that are not given: they must not replace an earlier change. */
function given<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<Fields>;
}

function withoutTags(html: string): string {
  return html.replace(/<[^>]*>/g, '').trim();
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function missingVariable(name: string): Error {
  return invalidParameter(
    'body',
    'required_variable_missing',
    'is invalid',
    `The body must contain the variable {{${name}}}.`,
  );
}
