import { z } from 'zod';
import { invalidParameter } from '../domain/shared/clerk-api-error.js';
import { flag } from '../domain/shared/parameters.js';
import { webhookEventTypeSchema } from '../domain/state/webhook-records.js';
import {
  isParameter,
  matchesTemplate,
  operations,
  segmentsOf,
  type Operation,
} from '../http/operations.js';

const maxDelayMs = 600_000;

const delayMs = z.int().min(0).max(maxDelayMs);
const times = z.int().min(1);

/** RFC 9110, 5.5: no control characters; bytes, so no characters beyond Latin-1. */
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'cannot be sent in a header');

/** A fault of a route of the Backend or Frontend API. */
const routeFaultSchema = z.strictObject({
  /** Such as `GET /v1/users/{user_id}`. */
  target: z.string(),
  status: z.int().min(200).max(599).optional(),
  /** JSON. Text is sent as it is. */
  body: z.unknown().optional(),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), headerValue).optional(),
  /** Milliseconds to wait before anything else. */
  delayMs: delayMs.optional(),
  /** Never responds. */
  hang: z.boolean().optional(),
  /** Closes the connection without a response. */
  close: z.boolean().optional(),
  /** How many requests get the fault. Missing: all, until it is deleted. */
  times: times.optional(),
});
export type RouteFault = z.output<typeof routeFaultSchema>;

/** A fault of webhook delivery. */
const webhookFaultSchema = z.strictObject({
  /** `webhooks` for all events, or a type of event such as `webhooks user.updated`. */
  target: z.string(),
  delayMs: delayMs.optional(),
  duplicate: flag.optional(),
  shuffle: flag.optional(),
  drop: flag.optional(),
  /** Sends the message again after its delivery. */
  replay: flag.optional(),
  /** How many events get the fault. Missing: all, until it is deleted. */
  times: times.optional(),
});
export type WebhookFault = z.output<typeof webhookFaultSchema>;

type Fault = RouteFault | WebhookFault;

/** A fault that is set. */
type SetFault = Fault & {
  readonly id: string;
  /** How many more requests or events get it; `null` for all. */
  readonly remaining: number | null;
};

/** The faults that are set at run time, oldest first. The first that matches applies. */
export class Faults {
  private faults: SetFault[] = [];
  private created = 0;

  /**
   * Sets a fault.
   *
   * @throws {ClerkApiError} 422 for an invalid fault, and for a target that is not a route
   */
  add(input: unknown): SetFault {
    const fault = parseFault(input);
    this.created += 1;
    const set = { ...fault, id: `fault_${this.created}`, remaining: fault.times ?? null };
    this.faults.push(set);
    return set;
  }

  all(): readonly SetFault[] {
    return this.faults;
  }

  /** Deletes one fault, or all of them. Returns how many were deleted. */
  delete(id?: string): number {
    const before = this.faults.length;
    this.faults = id === undefined ? [] : this.faults.filter((fault) => fault.id !== id);
    return before - this.faults.length;
  }

  /** Returns the fault of a request, and counts it. */
  takeForRequest(method: string, path: string): RouteFault | undefined {
    return this.take((fault): fault is SetFault & RouteFault => {
      const [wanted, template = ''] = fault.target.split(' ');
      return (wanted === method || wanted === '*') && matchesTemplate(template, path);
    });
  }

  /** Returns the fault of an event, and counts it. */
  takeForWebhook(type: string): WebhookFault | undefined {
    return this.take((fault): fault is SetFault & WebhookFault => {
      const [target, wanted = type] = fault.target.split(' ');
      return target === webhookTarget && wanted === type;
    });
  }

  private take<Kind extends SetFault>(
    matches: (fault: SetFault) => fault is Kind,
  ): Kind | undefined {
    const found = this.faults.find(matches);
    if (found === undefined || found.remaining === null) return found;
    const remaining = found.remaining - 1;
    this.faults = this.faults
      .map((fault) => (fault === found ? { ...fault, remaining } : fault))
      .filter((fault) => fault.remaining !== 0);
    return found;
  }
}

const webhookTarget = 'webhooks';

function parseFault(input: unknown): Fault {
  const { target } = parse(z.looseObject({ target: z.string() }), input);
  const [first, type, ...rest] = target.split(' ');
  if (first === webhookTarget) {
    const isEvent = type === undefined || webhookEventTypeSchema.safeParse(type).success;
    if (!isEvent || rest.length > 0) throw unknownEvent(target);
    return parse(webhookFaultSchema, input);
  }
  if (!isKnown(target)) throw unknownTarget(target);
  return parse(routeFaultSchema, input);
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : (issue?.path ?? []);
  const name = path.length === 0 ? 'body' : path.join('.');
  throw invalidParameter(
    name,
    'form_param_format_invalid',
    'is invalid',
    `The fault is not valid: ${name}: ${issue?.message ?? ''}.`,
  );
}

/** Whether a target names a route of Clerk, perhaps with a value for a parameter. */
function isKnown(target: string): boolean {
  const [method = '', template = '', ...rest] = target.split(' ');
  return rest.length === 0 && operations.some((operation) => names(method, template, operation));
}

function names(method: string, template: string, operation: Operation): boolean {
  if (method !== '*' && method !== operation.method) return false;
  const [given, known] = [segmentsOf(template), segmentsOf(operation.path)];
  return (
    given.length === known.length &&
    given.every((segment, index) => {
      const other = known[index] ?? '';
      return segment === other || isParameter(segment) || isParameter(other);
    })
  );
}

function unknownEvent(target: string): Error {
  return invalidParameter(
    'target',
    'form_param_value_invalid',
    'is not an event',
    `The target ${JSON.stringify(target.slice(0, 200))} is not "webhooks" and a type of event that ` +
      'is sent, such as "webhooks user.updated".',
  );
}

function unknownTarget(target: string): Error {
  return invalidParameter(
    'target',
    'form_param_value_invalid',
    'is not a route',
    `The target ${JSON.stringify(target.slice(0, 200))} is not a route of Clerk's APIs. Write ` +
      '"GET /v1/users/{user_id}" (SUPPORT.md lists the routes), or "webhooks".',
  );
}
