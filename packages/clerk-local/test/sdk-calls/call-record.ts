import path from 'node:path';
import { z } from 'zod';
import { operationsOf, type Operation } from '../../src/http/operations.js';
import { OpenApiDocument } from '../support/openapi-document.js';
import type { WebhookReceiver } from '../support/webhook-receiver.js';
import type { ClerkLocal } from '../../src/index.js';

/** A call that one of Clerk's SDKs made, and its response. */
export interface SdkCall {
  readonly method: string;
  /** Includes `/v1`, without the query. */
  readonly path: string;
  readonly status: number;
  /** The JSON of the response; `undefined` without a body. */
  readonly body: unknown;
  /** Whether the SDK asked for the count (`paginated=true`), which the documents do not describe. */
  readonly isCounted?: boolean;
}

const countedSchema = z.strictObject({ data: z.array(z.unknown()), total_count: z.number() });

interface Target {
  readonly clerk: ClerkLocal;
  readonly receiver: WebhookReceiver;
}

/** clerk-js calls these on its own at any time, so a test does not cause them. */
const background: ReadonlySet<string> = new Set([
  'POST /v1/client/sessions/{session_id}/tokens',
  'POST /v1/client/sessions/{session_id}/touch',
]);

interface Entry {
  /** Whether a read through another operation followed at once. */
  isReadBack: boolean;
  readonly events: Set<string>;
}

const files = {
  'Backend API': 'bapi-2026-05-12.yml',
  'Frontend API': 'fapi-2026-05-12.yml',
} as const;

/**
 * Records the operations that an SDK calls with success: whether each response is valid by Clerk's
 * schema, which webhooks the call causes, and whether a read follows a change.
 */
export class CallRecord {
  /** Invalid responses. Without `CLERK_OPENAPI_DIR` nothing is validated. */
  readonly problems: string[] = [];
  private readonly entries = new Map<string, Entry>();
  private readonly document: OpenApiDocument | undefined;
  private readonly last = new WeakMap<ClerkLocal, Promise<void>>();
  private changed: readonly { readonly route: string; readonly entry: Entry }[] = [];

  constructor(
    private readonly api: Operation['api'],
    /** Prepares a body for validation. */
    private readonly asPublished: (body: unknown) => unknown = (body) => body,
  ) {
    const folder = process.env['CLERK_OPENAPI_DIR'] ?? '';
    this.document =
      folder === '' ? undefined : new OpenApiDocument(path.join(folder, files[this.api]));
  }

  /**
   * Makes a call and records it. One call of an instance at a time, with its webhooks delivered before the next, so
   * that each event belongs to one call.
   *
   * @param target the instance, and the endpoint that receives its webhooks
   */
  observe(method: string, target: Target, call: () => Promise<SdkCall>): Promise<void> {
    const last = this.last.get(target.clerk) ?? Promise.resolve();
    const observed = last.then(async () => {
      const isChange = method !== 'GET';
      if (isChange) await target.clerk.webhooks.drain();
      const before = target.receiver.received.length;
      const made = await call();
      if (isChange) await target.clerk.webhooks.drain();
      const received = isChange ? target.receiver.received.slice(before) : [];
      this.add(
        made,
        received.map(({ event }) => event.type),
      );
    });
    // The caller gets the error; the next observation only waits for the end of this one.
    this.last.set(
      target.clerk,
      observed.catch(() => undefined),
    );
    return observed;
  }

  private add(call: SdkCall, events: readonly string[]): void {
    if (call.status >= 300) return;
    for (const operation of operationsOf(call.method, call.path)) {
      if (operation.api !== this.api) continue;
      const route = `${operation.method} ${operation.path}`;
      this.validate(route, operation, call);
      const entry = this.entries.get(route) ?? { isReadBack: false, events: new Set<string>() };
      this.entries.set(route, entry);
      for (const event of events) entry.events.add(event);
      this.follow(route, entry, operation.method);
    }
  }

  /** Notes that what the last change did was read through another API. */
  readElsewhere(): void {
    for (const { entry } of this.changed) entry.isReadBack = true;
    this.changed = [];
  }

  /** The routes, sorted. */
  get routes(): string[] {
    return [...this.entries.keys()].sort();
  }

  /** The changes that no read through another operation followed. */
  get notReadBack(): string[] {
    return this.routes.filter(
      (route) =>
        !route.startsWith('GET ') &&
        !background.has(route) &&
        this.entries.get(route)?.isReadBack !== true,
    );
  }

  /** One line per operation, with the events that it causes. */
  toString(): string {
    const lines = this.routes.map((route) =>
      [route, ...[...(this.entries.get(route)?.events ?? [])].sort()].join(' '),
    );
    return `${lines.join('\n')}\n`;
  }

  private follow(route: string, entry: Entry, method: string): void {
    if (background.has(route)) return;
    if (method === 'GET') {
      for (const change of this.changed) change.entry.isReadBack = true;
      this.changed = [];
    } else {
      this.changed = [{ route, entry }];
    }
  }

  private validate(
    route: string,
    operation: Operation,
    { status, body, isCounted }: SdkCall,
  ): void {
    if (this.document === undefined || status === 204) return;
    const template =
      this.api === 'Backend API' ? operation.path.replace(/^\/v1/, '') : operation.path;
    const schema = this.document.responseSchema(operation.method, template, status);
    if (schema === undefined) return;
    const list = isCounted === true ? countedSchema.safeParse(body).data?.data : undefined;
    if (list !== undefined && this.document.problems(schema, list).length === 0) return;
    const found = this.document.problems(schema, this.asPublished(body));
    this.problems.push(...found.map((problem) => `${route}: ${problem}`));
  }
}
